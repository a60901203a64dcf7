"""An order's use cases, from the quote to its final status."""
