"""The views that are no graph of a process: stairs, tables and trees, each from a spec to its panels."""
