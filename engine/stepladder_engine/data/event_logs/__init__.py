"""Event logs of process miners as sources of a mapping: XES (IEEE 1849) and OCEL 2.0."""
