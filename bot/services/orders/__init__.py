"""Use cases of an order: quote, place, send, reconcile, settle, and the admins' decisions."""
