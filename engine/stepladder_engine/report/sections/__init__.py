"""The sections of a report: one file, one section."""
