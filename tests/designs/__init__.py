"""Hand-written page designs, scams and their honest counterparts: see README.md."""
