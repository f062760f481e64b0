"""What changed in meaning between two specs."""
