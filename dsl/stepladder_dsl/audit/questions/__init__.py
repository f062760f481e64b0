"""The seventeen questions of readiness, each a module with its pages beside it."""
