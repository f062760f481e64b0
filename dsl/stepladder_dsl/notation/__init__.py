"""Notations of others: processes as BPMN 2.0, decision tables as DMN, pictures as Mermaid, D2 and PDF."""
