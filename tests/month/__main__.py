"""`python -m tests.month 1 5`: live through the months of these seeds."""

from tests.month.run import main

main()
