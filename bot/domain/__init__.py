"""The rules of the shop as pure values and functions; times and ids are passed in."""
