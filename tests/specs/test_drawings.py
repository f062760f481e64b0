"""The drawing beside each sample spec is what the spec says now, and its README shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from stepladder_engine.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted({path.parent for path in ROOT.glob("specs/*/*.ladder")})


@pytest.mark.parametrize("folder", SPECS, ids=lambda folder: folder.name)
def test_the_drawing_beside_a_spec_is_fresh(folder: Path) -> None:
    drawing = folder / f"{folder.name}.svg"
    assert f"]({drawing.name})" in (folder / "README.md").read_text(encoding="utf-8")
    result = CliRunner().invoke(cli, ["draw", str(folder), "-o", str(drawing), "--check"])
    assert result.exit_code == 0, result.output
