"""Changes a spec in one place at a time and asks whether its scenarios notice."""
