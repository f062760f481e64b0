"""Rules that say where nobody answers for something."""
