"""The panel that Konter buys from: its wire format, its quirks and the HTTP calls to it."""
