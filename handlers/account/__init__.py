"""A customer's account: the first screen, help, language, terms."""
