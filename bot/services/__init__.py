"""The use cases: what the bot does, one module per verb."""
