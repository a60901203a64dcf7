"""The supplier's wire: requests, replies, pace."""
