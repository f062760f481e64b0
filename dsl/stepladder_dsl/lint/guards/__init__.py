"""Conditions that decide nothing, or decide otherwise than they look."""
