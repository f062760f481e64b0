"""Messages count in the reader's digits, and show pieces of a text as its writer wrote them."""

from __future__ import annotations

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.catalogue import counted, hint, message
from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.source import Source

SHOP = """زبان fa

مشخصات فروشگاه

نقش فروشنده

پرونده مشتری

رویداد خرید برای مشتری

فرایند فروش برای مشتری
    مسئول فروشنده
    مرحله انتخاب
        آغاز
        {line}
    مرحله خریدار
        پایان موفق
"""


def finding(line: str) -> Diagnostic:
    (found,) = compile_text(Source("shop.ladder", SHOP.format(line=line))).diagnostics
    return found


def test_findings_are_counted_in_the_digits_of_the_language() -> None:
    assert [counted("error", 12, language) for language in ("en", "fa")] == ["12 errors", "۱۲ خطا"]


def test_numbers_of_a_message_have_the_digits_and_the_mark_of_the_language() -> None:
    moved = finding("پس از 1.5 روز انتقال به مرحله خریدار")
    assert "۱٫۵" in message(moved, "fa")
    assert "۳۶ ساعت" in (hint(moved, "fa") or "")
    assert "1.5" in message(moved, "en")


def test_a_piece_of_the_text_keeps_its_digits() -> None:
    assert "`3روز`" in message(finding("پس از 3روز انتقال به مرحله خریدار"), "fa")
