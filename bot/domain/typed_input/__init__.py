"""Parses texts that customers type: phone numbers, account ids and order searches."""
