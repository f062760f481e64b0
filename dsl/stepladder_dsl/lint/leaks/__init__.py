"""Who gets forgotten: clients for whom nothing is ever due again."""
