"""Runs a spec on Spark: parts of the cases, each run as on one machine, and one answer from all of them."""
