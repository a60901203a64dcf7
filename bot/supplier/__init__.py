"""The adapter for the supplier's panel: requests, replies and the panel's profile."""
