"""The messaging platforms: a folder for each; what they share is in `common`.

They know config, the values of bot/ from clock to channel, and each other's `common`; nothing of storage.
"""
