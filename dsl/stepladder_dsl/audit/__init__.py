"""What the questions of a consultant find in a spec: an answer with its place, or a hole."""
