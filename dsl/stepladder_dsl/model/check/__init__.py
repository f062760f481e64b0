"""The type checker: syntax of expressions -> typed expressions, with every name resolved."""
