"""Shared by several features: translations, buttons, keyboards, replies and cards."""
