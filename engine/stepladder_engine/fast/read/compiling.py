"""Compiled loops, where the package for them is installed."""

from __future__ import annotations

from stepladder_engine.data.compiled_loops import CAN_COMPILE, Function, compiled

__all__ = ["CAN_COMPILE", "Function", "compiled"]
