"""The work mechanisms of the notices: regimes as data (regimes/*.toml) and the pure rules over them."""
