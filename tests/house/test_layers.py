from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from importlinter import cli

if TYPE_CHECKING:
    from pathlib import Path


def test_every_module_imports_only_downwards(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = cli.lint_imports(config_filename=str(root / "pyproject.toml"), no_cache=True)
    assert status == cli.EXIT_STATUS_SUCCESS, capsys.readouterr().out
