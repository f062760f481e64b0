"""A first mapping, guessed from the data: which file is which kind, and which column which field."""
