"""The first screen, help, languages and terms."""
