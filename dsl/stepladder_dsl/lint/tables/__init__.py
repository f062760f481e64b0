"""Rules about decision tables: holes, rows that contradict each other, rows that never count."""
