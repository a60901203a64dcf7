"""Top-ups: a customer's money coming in, from the request to the decision or the expiry."""
