"""销号: what the bot is. The architecture is in docs/architecture.md."""
