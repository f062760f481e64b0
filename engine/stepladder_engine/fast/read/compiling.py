"""Compiled loops, where the package for them is installed."""

from __future__ import annotations

from stepladder_engine.data.compiled_loops import Function, can_compile, compiled

__all__ = ["Function", "can_compile", "compiled"]
