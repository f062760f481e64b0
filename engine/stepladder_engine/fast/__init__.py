"""The fast executor: a spec lowered to tables, data as columns of whole numbers, one kernel for all specs."""
