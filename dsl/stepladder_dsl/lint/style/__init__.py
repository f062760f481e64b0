"""Rules about a text that says more than it uses."""
