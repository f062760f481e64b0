from __future__ import annotations

import importlib.util
from pathlib import Path


def test_the_pages_in_docs_are_fresh(root: Path) -> None:
    script = root / "docs" / "rules" / "generate.py"
    found = importlib.util.spec_from_file_location("generate_rules", script)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    written = {file.name: file.read_text(encoding="utf-8") for file in script.parent.glob("*.md")}
    assert written == module.pages(), "run: python docs/rules/generate.py"
