"""What can be proved of a model: what is reachable, what can be true together, and who is left alone."""
