"""Workers: background loops that call use cases when they are due, without rules of their own."""
