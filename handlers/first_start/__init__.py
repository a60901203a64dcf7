"""The first start: a new shop's owner sets it up in chat, and opens it."""
