"""Staff: who works for the shop, how they come, and the log of what they have done."""
