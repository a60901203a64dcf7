"""Whole sentences, made from the state of things; nothing here talks to Telegram."""
