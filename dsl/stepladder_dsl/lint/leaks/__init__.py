"""Clients of whom nobody thinks any more: each finding has a client to show it."""
