"""The shop's settings in chat."""
