"""People: finding customers, their cards, and what staff do about them."""
