"""`stepladder docs`: what it writes, when it says that something is stale, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def files(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def test_it_writes_markdown_with_its_pictures_and_a_page(stepladder: Run, shop: Path) -> None:
    found = stepladder("docs", "shop", "-o", "book")
    assert found.status == 0
    assert found.err.splitlines() == ["wrote book/shop.md", "wrote book/shop.html"]
    written = files(Path("book"))
    assert set(written) >= {"shop.md", "shop.html", "pictures/process-1.svg", "pictures/roles.svg"}
    text = written["shop.md"].decode()
    assert text.startswith("# Corner shop\n")
    for name in written:
        assert not name.startswith("pictures/") or f"]({name})" in text


def test_the_same_spec_gives_the_same_files_wherever_it_lies(
    stepladder: Run, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stepladder("docs", "shop", "-o", "one").status == 0
    assert stepladder("docs", str(shop.resolve() / "shop.ladder"), "-o", "two").status == 0
    assert files(Path("one")) == files(Path("two"))


def test_a_date_and_a_version_stand_there_only_if_they_are_given(stepladder: Run, shop: Path) -> None:
    stepladder("docs", "shop", "-o", "book", "--format", "md")
    plain = Path("book/shop.md").read_text(encoding="utf-8")
    assert "**Date:**" not in plain
    assert "**Version:**" not in plain
    stepladder(
        "docs", "shop", "-o", "book", "--format", "md", "--as-of", "2026-06-30", "--edition", "1.2 *draft*"
    )
    dated = Path("book/shop.md").read_text(encoding="utf-8")
    assert "- **Date:** 2026-06-30\n" in dated
    assert "- **Version:** 1.2 \\*draft\\*\n" in dated


def test_a_moment_is_of_the_day_on_which_it_falls_in_the_zone_of_the_spec(
    stepladder: Run, shop: Path
) -> None:
    stepladder(
        "docs", "shop", "-o", "book", "--format", "md", "--as-of", "2026-06-30T22:30+00:00", "--edition", " "
    )
    text = Path("book/shop.md").read_text(encoding="utf-8")
    assert "- **Date:** 2026-07-01\n" in text
    assert "**Version:**" not in text


@pytest.mark.parametrize("day", ["2026-02-30", "soon", "", "2026"])
def test_a_day_that_there_is_not_is_refused(stepladder: Run, shop: Path, day: str) -> None:
    found = stepladder("docs", "shop", "-o", "book", "--as-of", day)
    assert found.status == 2
    assert "SD070" in found.err
    assert not Path("book").exists()


def test_check_says_what_is_missing_or_stale_and_writes_nothing(stepladder: Run, shop: Path) -> None:
    missing = stepladder("docs", "shop", "-o", "book", "--format", "md", "--check")
    assert missing.status == 1
    assert "would change book/shop.md" in missing.err
    assert not Path("book").exists()
    stepladder("docs", "shop", "-o", "book", "--format", "md")
    assert stepladder("docs", "shop", "-o", "book", "--format", "md", "--check") == (0, "", "")
    file = shop / "shop.ladder"
    file.write_text(file.read_text(encoding="utf-8").replace("Has bought", "Has paid"), encoding="utf-8")
    before = files(Path("book"))
    stale = stepladder("docs", "shop", "-o", "book", "--format", "md", "--check")
    assert stale.status == 1
    assert "would change book/pictures/process-1.svg" in stale.err
    assert files(Path("book")) == before


MADE = ("--as-of", "2026-06-30", "--edition", "1.2 – draft", "--lang", "ru")


@pytest.mark.parametrize("form", ["md", "html", "docx", "pdf"])
def test_a_document_knows_the_options_that_it_was_made_with(stepladder: Run, shop: Path, form: str) -> None:
    stepladder("docs", "shop", "-o", "book", "--format", form, "--role", "manager", *MADE)
    file = Path("book") / f"shop-manager.{form}"
    marked = file.read_bytes()
    assert stepladder("docs", "shop", "-o", "book", "--check").status == 0
    stepladder("docs", "shop", "-o", "book", "--format", form, "--role", "manager")
    assert file.read_bytes() != marked, "without options it is another document"
    assert stepladder("docs", "shop", "-o", "book", "--check").status == 0
    told = stepladder("docs", "shop", "-o", "book", "--check", "--edition", "2")
    assert (told.status, told.err) == (1, f"would change book/shop-manager.{form}\n")


def test_without_formats_a_check_is_of_what_is_there_and_of_what_that_speaks_of(
    stepladder: Run, shop: Path
) -> None:
    stepladder("docs", "shop", "-o", "book", "--format", "md", "--each-role", "--lang", "bg")
    assert stepladder("docs", "shop", "-o", "book", "--check") == (0, "", "")
    Path("book/shop-seller.md").unlink()
    Path("book/pictures/roles.svg").unlink()
    told = stepladder("docs", "shop", "-o", "book", "--check")
    assert told.status == 1
    assert sorted(told.err.splitlines()) == [
        "would change book/pictures/roles.svg",
        "would change book/shop-seller.md",
    ]
    named = stepladder("docs", "shop", "-o", "book", "--check", "--format", "md,html")
    assert "book/shop.html" in named.err


def test_a_check_of_an_empty_folder_says_what_is_missing(stepladder: Run, shop: Path) -> None:
    told = stepladder("docs", "shop", "-o", "book", "--check")
    assert told.status == 1
    assert told.err.splitlines()[0] == "would change book/shop.md"
    assert "would change book/shop.html" in told.err


def test_a_role_is_told_alone_by_its_name_or_its_title(stepladder: Run, shop: Path) -> None:
    assert stepladder("docs", "shop", "-o", "one", "--format", "md", "--role", "seller").status == 0
    assert stepladder("docs", "shop", "-o", "two", "--format", "md", "--role", "SELLER").status == 0
    assert files(Path("one")) == files(Path("two"))
    text = Path("one/shop-seller.md").read_text(encoding="utf-8")
    assert "## Seller" in text
    assert "Glossary" not in text
    unknown = stepladder("docs", "shop", "-o", "one", "--role", "cook")
    assert unknown.status == 2
    assert "there is no role `cook`" in unknown.err


def test_the_instruction_of_each_role_is_written_besides(stepladder: Run, shop: Path) -> None:
    assert stepladder("docs", "shop", "-o", "book", "--format", "md", "--each-role").status == 0
    assert {name for name in files(Path("book")) if name.endswith(".md")} == {
        "shop.md",
        "shop-seller.md",
        "shop-manager.md",
    }
    stepladder("docs", "shop", "-o", "one", "--format", "md", "--role", "manager")
    assert files(Path("one"))["shop-manager.md"] == files(Path("book"))["shop-manager.md"]
    assert stepladder("docs", "shop", "-o", "one", "--each-role", "--role", "manager").status == 2


def test_the_language_is_that_of_the_spec_or_the_one_that_is_named(stepladder: Run, shop: Path) -> None:
    stepladder("docs", "shop", "-o", "book", "--format", "md", "--lang", "ru")
    text = Path("book/shop.md").read_text(encoding="utf-8")
    assert "## Должностные инструкции" in text
    assert "# Corner shop" in text
    picture = Path("book/pictures/process-1.svg").read_text(encoding="utf-8")
    assert "если amount &gt; 0" in picture


def test_what_lint_finds_stands_in_the_document(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    text = file.read_text(encoding="utf-8").replace("    owner seller\n", "", 1)
    file.write_text(text, encoding="utf-8")
    assert stepladder("check", "shop").status == 1
    assert stepladder("docs", "shop", "-o", "book", "--format", "md").status == 0
    assert "**error SL201**" in Path("book/shop.md").read_text(encoding="utf-8")


def test_a_text_that_cannot_be_understood_is_no_document(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    file.write_text(file.read_text(encoding="utf-8").replace("by seller", "by seler"), encoding="utf-8")
    found = stepladder("docs", "shop", "-o", "book")
    assert found.status == 2
    assert "SL101" in found.err
    assert not Path("book").exists()


@pytest.mark.parametrize(("form", "package"), [("docx", "docx"), ("pdf", "typst")])
def test_a_format_without_its_package_is_refused_before_anything_is_written(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch, form: str, package: str
) -> None:
    monkeypatch.setattr("stepladder_engine.cli.commands.docs.find_spec", lambda name: None)
    found = stepladder("docs", "shop", "-o", "book", "--format", f"md,{form}")
    assert found.status == 2
    assert f"stepladder[{form}]" in found.err
    assert not Path("book").exists()


def test_a_format_that_there_is_not_is_wrong_usage(stepladder: Run, shop: Path) -> None:
    found = stepladder("docs", "shop", "-o", "book", "--format", "md,odt")
    assert found.status == 2
    assert "`odt`" in found.err


def test_a_spec_from_stdin_becomes_a_document(stepladder: Run, shop: Path) -> None:
    text = (shop / "shop.ladder").read_text(encoding="utf-8")
    assert stepladder("docs", "-", "-o", "book", "--format", "md", stdin=text).status == 0
    assert Path("book/shop.md").is_file()
