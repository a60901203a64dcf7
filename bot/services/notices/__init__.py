"""Notices: written to the outbox within transactions, and delivered from there."""
