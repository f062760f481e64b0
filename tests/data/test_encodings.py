"""The encoding of a file is found where it is beyond doubt, and asked for where it is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.diagnostics import catalogue
from stepladder_engine.data.guess_encoding import codec_of, decided, odd_words

WORDS = {
    "Russian": "Иванов Пётр Сидорова Анна Ромашка Клиент Дата Сумма Москва оплата нет предоплата звонок"
    " КУЗНЕЦОВА Ёлкин объявление Щукина юрист Эльвира доставка № ООО",
    "Bulgarian": "Георги Мария Петрова Клиент Дата Общо София поръчка няма Йордан Цветелина ВЕЛИКО Търново"
    " щанд ъгъл плащане дължимо хляб Жечка фактура",
    "Persian": "علي رضايي مريم احمدي تهران مشتري تاريخ مبلغ خريد فروش پرداخت گل چاي ژاله بازديد"
    " شماره سفارش نقدي حسين زهرا",
    "Arabic": "محمد فاطمة القاهرة العميل التاريخ المبلغ شراء دفع نقدا طلب حسن الدين مكتب شركة",
    "German": "Müller Größe Jürgen Köln Straße Bär Schröder Weiß Übergabe Käufer",
    "French": "Renée Lefèvre François Hélène Noël Côté reçu août déjà Çelik",
    "Spanish": "Núñez Señor María Peña Martínez Ibáñez niño año Zúñiga",
    "Polish": "Łukasz Wiśniewski Żaneta Zając Kowalczyk Wójcik Jabłoński Piątek grudzień",
    "Czech": "Jiří Dvořák Štěpán Čermák Novák Příliš žluťoučký kůň Růžena",
    "Greek": "Αθήνα Πειραιάς Γιώργος Παπαδόπουλος πελάτης ημερομηνία σύνολο",
}
ENCODINGS = {
    "Russian": ("windows-1251", "koi8-r", "ibm866", "x-mac-cyrillic", "iso-8859-5"),
    "Bulgarian": ("windows-1251", "koi8-r", "ibm866", "x-mac-cyrillic", "iso-8859-5"),
    "Persian": ("windows-1256",),
    "Arabic": ("windows-1256", "iso-8859-6"),
    "German": ("windows-1252", "cp850", "macintosh"),
    "French": ("windows-1252", "cp850", "macintosh"),
    "Spanish": ("windows-1252", "cp850", "macintosh"),
    "Polish": ("windows-1250", "iso-8859-2", "cp852"),
    "Czech": ("windows-1250", "iso-8859-2", "cp852"),
    "Greek": ("windows-1253",),
}
# A whole list of names leaves no doubt in these; the others share too many letters with a neighbour.
CERTAIN = [
    *[(language, encoding) for language in ("Russian", "Bulgarian") for encoding in ENCODINGS[language]],
    ("Persian", "windows-1256"),
    ("Arabic", "windows-1256"),
    ("Arabic", "iso-8859-6"),
    *[(language, "windows-1252") for language in ("German", "French", "Spanish")],
    *[(language, "windows-1250") for language in ("Polish", "Czech")],
    ("Polish", "iso-8859-2"),
    ("Greek", "windows-1253"),
]


def in_bytes(words: list[str], encoding: str) -> bytes:
    """The words as an old program writes them: what the encoding does not have becomes a question mark."""
    return " ".join(words).encode(codec_of(encoding), errors="replace")


def table(*keys: str) -> str:
    return "Client,Date,Total\n" + "".join(f"{key},2026-03-02,5\n" for key in keys)


@pytest.mark.parametrize(("language", "encoding"), CERTAIN)
def test_the_encoding_of_a_list_of_names_is_found_and_said(language: str, encoding: str, desk: Any) -> None:
    names = [name for name in WORDS[language].split() if name.encode(codec_of(encoding), errors="ignore")]
    names = in_bytes(names, encoding).decode(codec_of(encoding)).split()
    result = desk.purchases(table(*names).encode(codec_of(encoding)))
    assert [event.key for event in result.data.events] == names
    assert (
        f"`orders.csv` was read as {encoding}: a guess from its words; set `encoding` to be certain"
        in result.notes
    )


@pytest.mark.parametrize(
    "amount", ["€ 60,00", "60,00 €", "£ 12.50", "Takings – April\n€ 1.200,00", "€ 5\n–\n£ 7", "1\xa0200,00"]
)
def test_signs_of_currencies_alone_tell_the_encoding_too(amount: str) -> None:
    """A till writes `€ 60,00`: as a letter before a number the same byte means nothing."""
    assert decided(odd_words(amount.encode("cp1252"))) == ("windows-1252", [])


LISTS = st.sampled_from(sorted(WORDS)).flatmap(
    lambda language: st.tuples(
        st.lists(st.sampled_from(WORDS[language].split()), min_size=1, max_size=12),
        st.sampled_from(ENCODINGS[language]),
    )
)


@given(LISTS)
def test_no_guess_is_wrong(made: tuple[list[str], str]) -> None:
    content = in_bytes(*made)
    name, near = decided(odd_words(content))
    assert name is None or content.decode(codec_of(name)) == content.decode(codec_of(made[1]))
    assert name is None or near == []


@pytest.mark.parametrize(
    ("text", "encoding", "near"),
    [
        ("café", "windows-1252", "`windows-1252`, `windows-1250`"),
        ("Peña", "windows-1252", "`windows-1252`, `windows-1250`"),
        ("Имя", "koi8-r", "`koi8-r`, `iso-8859-6`"),
    ],
)
def test_few_letters_are_not_enough_to_guess(text: str, encoding: str, near: str, desk: Any) -> None:
    content = table(text).encode(encoding)
    (found,) = desk.purchases(content).diagnostics
    assert (found.code, found.variant, found.span.line) == ("SD022", "near", 2)
    assert near in (catalogue.hint(found) or "").replace(" and ", ", ").replace(" or ", ", ")
    assert desk.purchases(content, f"encoding: {encoding}").data.events[0].key == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("山田太郎 東京都", "shift-jis"),
        ("山田太郎 東京都", "euc-jp"),
        ("北京市 王小明", "gbk"),
        ("서울 김민수", "euc-kr"),
    ],
)
def test_an_encoding_that_nobody_guesses_may_be_named(text: str, encoding: str, desk: Any) -> None:
    content = table(text).encode(encoding)
    assert [found.code for found in desk.purchases(content).diagnostics] == ["SD022"]
    assert desk.purchases(content, f"encoding: {encoding}").data.events[0].key == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("key", ["Anna", "Иван Петров", "Мария «Ёлка»", "علی رضایی"])
def test_unicode_is_read_with_a_mark_and_without(encoding: str, mark: str, key: str, desk: Any) -> None:
    result = desk.purchases((mark + table(key, "Boris")).encode(encoding))
    assert [event.key for event in result.data.events] == [key, "Boris"]
    assert len(result.notes) == (encoding != "utf-8") + 1  # the other one is about events without a source


@pytest.mark.parametrize("encoding", ["utf-16", "UTF-16", "utf-16-le", "utf-32"])
def test_unicode_may_be_named_too(encoding: str, desk: Any) -> None:
    result = desk.purchases(table("Иван Петров").encode(encoding), f"encoding: {encoding}")
    assert [event.key for event in result.data.events] == ["Иван Петров"]


def test_a_letter_of_windows_1251_that_a_mac_reads_otherwise_is_none_of_its_own(desk: Any) -> None:
    """Small letters are the same in both, so the more usual one is named."""
    result = desk.purchases(table("иванов", "петров").encode("mac_cyrillic"))
    assert [event.key for event in result.data.events] == ["иванов", "петров"]
    assert "was read as windows-1251" in result.notes[0]


MIXED = table("Анна", "Борис").encode() + "Виктор,2026-03-02,5\n".encode("windows-1251") + b"D,2026-03-02,5\n"


@pytest.mark.parametrize("options", ["", "encoding: utf-8"])
@pytest.mark.parametrize("name", ["orders.csv", "orders.txt"])
def test_a_line_in_another_encoding_is_put_aside(options: str, name: str, desk: Any) -> None:
    result = desk.purchases(MIXED, options, name)
    assert [event.key for event in result.data.events] == ["Анна", "Борис", "D"]
    (reason,) = result.reasons
    assert reason[:2] == (4, "SD055")
    assert reason[2] == ("the row is not written in utf-8, as the rest of the file is: ������,2026-03-02,5")


def test_an_object_in_another_encoding_costs_its_line_only(desk: Any) -> None:
    line = '{"Client": "%s", "Date": "2026-03-02", "Total": 5}\n'
    content = (line % "Анна").encode() + (line % "Борис").encode("windows-1251")
    result = desk.purchases(content, name="orders.ndjson")
    assert [event.key for event in result.data.events] == ["Анна"]
    assert [(row, code) for row, code, _ in result.reasons] == [(2, "SD055")]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("orders.csv", table("Анна").encode() + table("Борис", "Виктор").encode("windows-1251"), 4),
        ("orders.csv", "Клиент,Date\n".encode("windows-1251") + "Анна,\nБорис,\n".encode(), 1),
        ("orders.json", '["Анна",\n'.encode() + '"Борис"]'.encode("windows-1251"), 2),
        ("orders.yaml", "- Анна\n".encode() + "- Борис\n".encode("windows-1251"), 2),
    ],
)
def test_a_file_in_two_encodings_stops_the_run(name: str, content: bytes, line: int, desk: Any) -> None:
    result = desk.purchases(content, name=name)
    assert result.dataset is None
    assert result.places == [(name, line, 1, "SD022")]


def test_a_name_of_the_wrong_encoding_is_told_where_the_file_leaves_no_doubt(desk: Any) -> None:
    result = desk.purchases(table("Анна").encode(), "encoding: windows-1251")
    assert result.sentences == ["`orders.csv` is written in UTF-8, and not in windows-1251"]


def test_a_mark_in_the_middle_of_a_file_is_no_part_of_the_text(desk: Any) -> None:
    part = ("\ufeff" + table("Анна")).encode()
    result = desk.purchases(part + part.replace("Анна".encode(), "Борис".encode()))
    assert [(event.key, event.origin.row) for event in result.data.events] == [("Анна", 2), ("Борис", 4)]
    assert "`orders.csv`: rows that repeat the header and are no data, passed over: 1" in result.notes


def test_zero_bytes_cost_their_row_only(desk: Any) -> None:
    rows = table("A", "B", "C\0", "D", "E").encode()
    result = desk.purchases(rows)
    assert [event.key for event in result.data.events] == ["A", "B", "D", "E"]
    assert result.reasons == [(4, "SD055", "the row holds zero bytes, which no text has: C�,2026-03-02,5")]


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (b"PK\x03\x04\x00\x00", "`orders.csv` is a workbook or an archive, and not a text"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0",
            "`orders.csv` is a workbook of the old format, and not a text",
        ),
        (b"\x1f\x8b\x08\0", "`orders.csv` is packed, and its name does not say so"),
        (b"PAR1", "`orders.csv` is a file of the format Parquet, and not a text"),
        (b"%PDF-1.7\n", "`orders.csv` is a file of the format PDF, and not a text"),
        (b"\xef\xbb\xbf<html><table>", "`orders.csv` is a web page, and not a table"),
        (b"MZ\x90\0\x03\0\0\0", "`orders.csv` is not a text: line 1 holds bytes that no text has"),
    ],
)
def test_a_file_that_is_no_text_is_told_by_what_it_is(start: bytes, sentence: str, desk: Any) -> None:
    result = desk.purchases(start)
    assert result.sentences == [sentence]
    assert result.places == [("orders.csv", 1, 1, "SD023")]
