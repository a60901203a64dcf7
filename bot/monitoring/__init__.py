"""What the shop tells of itself over HTTP: whether it lives, whether it is ready, its metrics."""
