"""What is sold: the owner's switches for types, brands, subs and products."""
