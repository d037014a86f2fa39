"""A folder for each platform: sign, parse, send. The built-in console is bot/console.py."""
