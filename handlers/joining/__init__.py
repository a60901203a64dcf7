"""Who may join the shop, links that lead into it, and the poster with its code."""
