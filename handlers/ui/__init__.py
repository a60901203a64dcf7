"""What several features share: translations, buttons, keyboards, replies and cards."""
