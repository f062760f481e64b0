"""What changed between two specs, told to a reader, and what it changes for the clients of real data."""
