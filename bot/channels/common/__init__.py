"""What all platforms stand on: the way in (callback), the way out (web, token, limits, parts), media."""
