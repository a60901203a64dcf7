"""The shop's settings, which its owner changes in chat."""
