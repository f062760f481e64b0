"""Notations of others: processes as BPMN 2.0, decision tables as DMN, both with their own layout."""
