"""Reports: sales and profit of a period."""
