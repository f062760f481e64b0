"""Reading as columns: what the reference reader gives, without an object for each cell."""
