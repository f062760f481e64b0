"""The result tables made from the columns of the fast executor's answer, without an object a case."""
