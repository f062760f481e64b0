"""For whom a BPMN file is written: for any tool, or for one engine and its own words besides."""

from __future__ import annotations

from typing import Literal

Profile = Literal["plain", "camunda"]
PROFILES: tuple[Profile, ...] = ("plain", "camunda")
