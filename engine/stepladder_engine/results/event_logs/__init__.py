"""What a run has seen and done, as an event log for process miners: XES (IEEE 1849) and OCEL 2.0."""
