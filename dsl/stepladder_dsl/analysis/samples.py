"""Texts to try where the pattern of a field asks for something special: numbers, addresses, codes."""

from __future__ import annotations

_DIGITS = "1234567890123456"
SAMPLES = (
    *(_DIGITS[:length] for length in range(1, len(_DIGITS) + 1)),
    "A",
    "AB",
    "ABC",
    "a",
    "ab",
    "A1",
    "AB123",
    "AB 1234",
    "BG123456789",
    "info@example.com",
    "https://example.com",
    "+359888123456",
    "+359 888 123 456",
    "12345-678",
    "12-34",
    "2026-01-15",
)
