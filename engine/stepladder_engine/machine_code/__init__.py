"""Functions of a small part of Python, translated and compiled to code of this machine, and kept."""
