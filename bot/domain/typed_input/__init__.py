"""Reading text that customers type: phone numbers, account ids, questions, order searches."""
