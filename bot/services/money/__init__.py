"""The use cases of wallets, top-ups and the shop's deposit at the supplier."""
