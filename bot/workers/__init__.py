"""The clockwork: when something is done, never what."""
