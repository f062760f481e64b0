"""What a notebook shows of a compiled spec: its picture, or what is wrong with it."""

from __future__ import annotations

from xml.etree import ElementTree

from stepladder_dsl.compile import compile_text
from stepladder_dsl.source import Source


def test_a_sound_spec_is_a_picture(shop: str) -> None:
    compiled = compile_text(Source("shop.ladder", shop))
    picture = compiled._repr_svg_()
    assert picture
    assert ElementTree.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own
    assert compiled._repr_html_() is None


def test_a_spec_with_errors_is_its_findings(wrong: str) -> None:
    compiled = compile_text(Source("shop.ladder", wrong.replace("Pays", "<script>")))
    assert compiled._repr_svg_() is None
    shown = compiled._repr_html_()
    assert shown
    assert "SL101 unknown stage `chosing`" in shown
    assert "<script>" not in shown


def test_a_text_without_a_spec_is_no_crash() -> None:
    compiled = compile_text(Source("empty.ladder", ""))
    assert (compiled._repr_svg_() is None) != (compiled._repr_html_() is None)
