"""Writes the files of this folder: each has one defect that real exports have, and is named by it.

Most are small and committed as this script writes them; the large ones, and those that a library
writes, are made when the tests need them. What each gives stands in `expected.md`.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

FOLDER = Path(__file__).parent
HEAD = "Client,Date,Total\n"
GOOD = "1,2026-03-02,5\n"
MARK = "\ufeff"


def rows(*lines: str, head: str = HEAD) -> str:
    """A table with these lines below the header."""
    return head + "".join(f"{line}\n" for line in lines)


RUSSIAN = "Клиент;Дата;Сумма\nИванов Пётр;02.03.2026;1200\nООО «Ромашка» № 1;03.03.2026;90,5\n"
PERSIAN = "مشتري;تاريخ;مبلغ\nعلي رضايي;1405/01/15;1200\nمريم احمدي;1405/01/16;90\n"
ARABIC = "العميل;التاريخ;المبلغ\nمحمد حسن;2026-03-02;1200\nفاطمة الزهراء;2026-03-03;90\n"

ENCODINGS: dict[str, str | bytes] = {
    "windows_1251.csv": RUSSIAN.encode("windows-1251"),
    "koi8_r.csv": RUSSIAN.replace("«", '""').replace("»", "").replace("№", "N").encode("koi8-r"),
    "ibm866.csv": RUSSIAN.replace("«", "").replace("»", "").encode("ibm866"),
    "mac_cyrillic.csv": RUSSIAN.replace("\n", "\r").encode("mac_cyrillic"),
    "windows_1256_persian.csv": PERSIAN.encode("windows-1256"),
    "iso_8859_6_arabic.csv": ARABIC.encode("iso-8859-6"),
    "windows_1252_german.csv": rows("Müller & Söhne,2026-03-02,5", "Jürgen Groß,2026-03-03,6").encode(
        "windows-1252"
    ),
    "windows_1250_polish.csv": rows("Łukasz Wiśniewski,2026-03-02,5", "Żaneta Zając,2026-03-03,6").encode(
        "windows-1250"
    ),
    "utf_8_with_mark.csv": (MARK + rows("Анна,2026-03-02,5")).encode(),
    "utf_16_with_mark.csv": (MARK + rows("Анна,2026-03-02,5")).encode("utf-16-le"),
    "utf_16_without_mark.csv": rows("Анна,2026-03-02,5").encode("utf-16-le"),
    "utf_32.csv": (MARK + rows("Анна,2026-03-02,5")).encode("utf-32-be"),
    "one_line_in_another_encoding.csv": rows("Анна,2026-03-02,5", "Борис,2026-03-03,6").encode()
    + "Виктор,2026-03-04,7\n".encode("windows-1251"),
    "half_in_another_encoding.csv": rows("Анна,2026-03-02,5").encode()
    + "Борис,2026-03-03,6\nВиктор,2026-03-04,7\n".encode("windows-1251"),
    "mark_in_the_middle.csv": (MARK + rows("Анна,2026-03-02,5")).encode() * 2,
    "zero_bytes_in_a_row.csv": rows("1,2026-03-02,5", "2,2026-03-\0\0,6", "3,2026-03-04,7").encode(),
    "zero_bytes_at_the_end.csv": rows("1,2026-03-02,5", "2,2026-03-03,6").encode() + bytes(512),
    "too_few_words_to_guess.csv": rows("Peña,2026-03-02,5").encode("windows-1252"),
    "japanese.csv": rows("山田太郎 東京都,2026-03-02,5").encode("shift-jis"),
    "cut_off_in_a_letter.csv": rows("Анна,2026-03-02,5", "Б").encode()[:-2],
    "letters_damaged_before.csv": rows("Анна,2026-03-02,5", "Борис,2026-03-03,6", "Виктор,2026-03-04,7")
    .encode()
    .decode("windows-1251", errors="replace"),
    "named_wrongly.csv": rows("Анна,2026-03-02,5").encode(),
}

NUMBERS: dict[str, str | bytes] = {
    "euro_amounts.csv": rows(
        '1;02.03.2026;"1 234,50 €"', "2;03.03.2026;€ 5", "3;04.03.2026;-7,00 EUR", head="Client;Date;Total\n"
    ),
    "levs_in_a_spec_in_euros.csv": rows("1;02.03.2026;1 234,50 лв.", head="Client;Date;Total\n"),
    "tomans.csv": rows("علی,1405/01/15,۱٬۲۳۴٬۰۰۰ تومان"),
    "no_break_spaces_1c.csv": rows(
        "000000017;02.03.2026 0:00:00;1\u00a0234,50",
        "000000018;03.03.2026 14:05:00;12\u202f000",
        head="Контрагент;Дата;Сумма\n",
    ).encode(),
    "decimal_comma_not_announced.csv": rows(
        "1;2026-03-02;1234,5", "2;2026-03-03;7", head="Client;Date;Total\n"
    ),
    "both_marks_not_announced.csv": rows('1,2026-03-02,"1.234,50"', '2,2026-03-03,"1,234.50"'),
    "points_between_thousands.csv": rows("1,2026-03-02,1.234", "2,2026-03-03,12.500", "3,2026-03-04,900"),
    "one_number_or_the_other.csv": rows('1,2026-03-02,"1,234"'),
    "apostrophes_for_thousands.csv": rows("1,2026-03-02,1'234.50", "2,2026-03-02,1’234.50"),
    "minus_behind.csv": rows("1,2026-03-02,12.50-"),
    "brackets_for_minus.csv": rows("1,2026-03-02,(12.50)"),
    "per_cent.csv": rows("1,2026-03-02,15%"),
    "persian_digits_and_marks.csv": rows("علی,۱۴۰۵/۰۱/۱۵,۱٬۲۳۴٫۵"),
    "marks_of_direction_in_numbers.csv": rows("1,2026-03-02,\u200e12.50\u200f"),
    "letters_for_digits.csv": rows("1,2026-03-02,1O0", "2,2026-03-02,l5", "3,2026-03-02,З"),
    "words_beside_numbers.csv": rows("1,2026-03-02,5 шт.", "2,2026-03-02,ca. 5", "3,2026-03-02,-"),
    "formula_errors.csv": rows("1,2026-03-02,#N/A", "2,#Н/Д,6", "3,2026-03-04,####", "#REF!,2026-03-05,7"),
    "formulas_as_texts.csv": rows("1,2026-03-02,=A2*1.2"),
}

KEYS: dict[str, str | bytes] = {
    "phones_as_3_59E+11.csv": rows(
        "3.59E+11,2026-03-02,5", "3.59E+11,2026-03-03,6", "359888123456,2026-03-04,7"
    ),
    "zeros_lost_clients.csv": "Code,Name\n0017,Anna\n0018,Boris\n",
    "zeros_lost.csv": rows("17,2026-03-02,5", "0018,2026-03-03,6"),
    "numbers_with_points_as_keys.csv": rows("0017.0,2026-03-02,5", "18.0,2026-03-03,6"),
    "no_width_in_keys.csv": rows("A\u200b17,2026-03-02,5", "A17\ufeff,2026-03-03,6", "A17,2026-03-04,7"),
    "no_break_spaces_in_keys.csv": rows("ООО\u00a0Ромашка,2026-03-02,5", "ООО Ромашка,2026-03-03,6"),
    "marks_of_direction_in_keys.csv": rows(
        "\u200e+359888123456\u202c,2026-03-02,5", "+359888123456,2026-03-03,6"
    ),
    "one_letter_latin_in_a_key.csv": rows("А17,2026-03-02,5", "A17,2026-03-03,6"),
    "latin_letters_in_a_client.csv": rows("К-0018,2026-03-02,5"),
    "latin_letters_clients.csv": "Code,Name\nK-0018,Anna\n",
    "arabic_letters_in_keys.csv": rows("علي,2026-03-02,5", "علی,2026-03-03,6"),
    "latin_letter_in_the_header.csv": "Клиент,Дата,Cумма\n1,2026-03-02,5\n",
    "arabic_letters_in_the_header.csv": "مشتري,تاریخ,مبلغ\n1,2026-03-02,5\n",
    "composed_otherwise.csv": "Client,Date,Total\nCafe\u0301,2026-03-02,5\nCaf\u00e9,2026-03-03,6\n",
}

DATES: dict[str, str | bytes] = {
    "29_february_2023.csv": rows("1,29.02.2023,5", "2,28.02.2023,6"),
    "dates_of_zeros.csv": rows("1,00.00.0000,5", "2,0000-00-00,6", "3,0001-01-01,7"),
    "1900_01_00.csv": rows("1,1900-01-00,5", "2,1900-01-01,6"),
    "days_and_months_mixed.csv": rows("1,03/04/2026,5", "2,12/31/2026,6", "3,31/12/2026,7"),
    "two_digit_years.csv": rows("1,02.03.26,5", "2,02.03.69,6", "3,02.03.2026,7"),
    "days_as_numbers.csv": rows("1,46083,5", "2,46083.5,6", "3,2026-03-02,7"),
    "days_as_numbers_announced.csv": rows("1,46083,5", "2,46083.5,6", "3,2026-03-02,7"),
    "persian_calendar_not_announced.csv": rows("1,1405/01/15,5", "2,1405-01-15,6"),
    "month_names.csv": rows("1,2-Mar-26,5", '2,"Mar 2, 2026",6', "3,2 марта 2026 г.,7"),
    "seconds_since_1970.csv": rows("1,1772409600,5"),
    "time_of_another_zone.csv": rows("1,2026-03-02T23:30:00Z,5", "2,2026-03-02 23:30 +0330,6"),
    "an_hour_that_is_none.csv": rows("1,2026-03-02 24:00,5", "2,2026-03-29 03:30,6"),
}

FORM: dict[str, str | bytes] = {
    "shifted_by_a_comma.csv": rows("1,2026-03-02,5", "Smith, John,2026-03-03,6", "3,2026-03-04,7"),
    "shifted_by_a_lost_cell.csv": rows("1,2026-03-02,5", "2026-03-03,6", "3,2026-03-04,7"),
    "torn_by_a_line_break.csv": "Client,Date,Total,Note\n1,2026-03-02,5,good\nclient\n2,2026-03-03,6,\n",
    "line_breaks_in_quotes.csv": (
        'Client,Date,Total,Note\n1,2026-03-02,5,"good\r\n\r\nclient"\n2,2026-03-03,6,\n'
    ),
    "quote_never_closed.csv": rows('"1,2026-03-02,5', "2,2026-03-03,6", "3,2026-03-04,7"),
    "quote_within_a_cell.csv": rows('OOO "Romashka",2026-03-02,5', '"OOO "Romashka"",2026-03-03,6'),
    "backslashes_before_quotes.csv": rows('"OOO \\"Romashka\\"",2026-03-02,5', "2,2026-03-03,6"),
    "curly_quotes.csv": rows("“Smith, John”,2026-03-02,5", "2,2026-03-03,6"),
    "semicolons_inside.csv": 'Client;Date;Total\n"Smith; John";2026-03-02;5\nSmith; John;2026-03-03;6\n',
    "tabs_in_csv.csv": rows("1,2026-03-02,5").replace(",", "\t"),
    "sep_in_the_first_line.csv": "sep=;\nClient;Date;Total\n1,5;2026-03-02;5\n",
    "unusual_delimiter.csv": rows("1,2026-03-02,5").replace(",", "^"),
    "carriage_returns_only.csv": rows("1,2026-03-02,5", "2,2026-03-03,6").replace("\n", "\r"),
    "line_ends_mixed.csv": "Client,Date,Total\r\n1,2026-03-02,5\n2,2026-03-03,6\r3,2026-03-04,7\r\n",
    "delimiter_behind_each_row.csv": rows("1,2026-03-02,5,", "2,2026-03-03,6,"),
    "delimiter_behind_the_header.csv": rows("1,2026-03-02,5", "2,2026-03-03,6", head="Client,Date,Total,\n"),
    "blank_columns.csv": ",Client,,Date,Total,\n,1,,2026-03-02,5,\n",
    "empty_tail.csv": rows("1,2026-03-02,5") + ",,\n" * 40,
    "blank_lines_between.csv": "\n\nClient,Date,Total\n\n1,2026-03-02,5\n\n\n2,2026-03-03,6\n",
    "header_only.csv": HEAD,
    "empty.csv": "",
    "blank_lines_only.csv": "\n \n\t\n",
    "no_header.csv": "1,2026-03-02,5\n2,2026-03-03,6\n",
    "header_in_capitals.csv": "CLIENT,DATE,TOTAL\n1,2026-03-02,5\n",
    "header_with_a_name_twice.csv": "Client,Date,Total,Total\n1,2026-03-02,5,6\n",
    "header_with_line_breaks.csv": 'Client,Date,"Total\n  EUR"\n1,2026-03-02,5\n',
    "header_over_two_rows.csv": "Client,Order,,\n,Date,Total,Currency\n1,2026-03-02,5,EUR\n",
    "header_again.csv": rows("1,2026-03-02,5", "Client,Date,Total", "2,2026-03-03,6"),
    "header_again_in_another_order.csv": rows("1,2026-03-02,5", "Date,Client,Total", "2026-03-03,2,6"),
    "another_header_in_the_middle.csv": rows("1,2026-03-02,5", "Client,Total,Pieces", "2,6,1"),
    "title_above.csv": "Orders of March\n\nClient,Date,Total\n1,2026-03-02,5\n",
    "title_above_and_told.csv": "Orders of March\n\nClient,Date,Total\n1,2026-03-02,5\n",
    "totals_at_the_end.csv": rows("1,2026-03-02,5", "2,2026-03-03,6", "Итого,,11"),
    "totals_taken_for_a_client.csv": rows("1,2026-03-02,5", "2,2026-03-03,6", "Total:,2026-03-31,11"),
    "footer.csv": rows("1,2026-03-02,5") + "\nExported by Shop 2.1\nPage 1 of 1\n",
    "bank_statement.csv": (
        "Банкова сметка;BG80BNBG96611020345678\nПериод;01.03.2026 - 31.03.2026\nНачално салдо;1 000,00\n\n"
        "Дата;Контрагент;Дебит;Кредит\n02.03.2026;Георги Петров;;1 234,50\n03.03.2026;Наем;500,00;\n"
        "Крайно салдо;;;1 734,50\n"
    ).encode("windows-1251"),
    "line_items_of_a_shop.csv": (
        "Name,Created at,Email,Total,Lineitem name\n"
        "#1001,2026-03-02 10:00:00 +0200,anna@example.com,30.00,Case\n#1001,,anna@example.com,,Film\n"
    ),
    "web_page_as_a_workbook.xls": "<html><body><table><tr><td>Client</td></tr></table></body></html>\n",
    "web_page_as_csv.csv": "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n",
    "archive_as_csv.csv": b"PK\x03\x04\x14\0\0\0\x08\0",
    "old_workbook_as_csv.csv": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(24),
    "packed_without_saying_so.csv": b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
    "document_as_csv.csv": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "csv_as_a_workbook.xlsx": rows("1,2026-03-02,5"),
}


def objects(*given: object) -> str:
    """Purchases as JSON."""
    return json.dumps([{"Client": "1", "Date": "2026-03-02", "Total": value} for value in given])


ENTRY = '{"Client": "1", "Date": "2026-03-02", "Total": 5}'
TREES: dict[str, str | bytes] = {
    "numbers_under_a_decimal_comma.json": objects(1234.5, "1234,5", "1234.5", 7, None),
    "array_of_arrays.json": '[["Client", "Date", "Total"], ["1", "2026-03-02", 5], ["2", "2026-03-03"]]',
    "one_object.json": ENTRY,
    "wrapped_by_a_service.json": (
        f'{{"result": {{"orders": [{ENTRY}]}}, "total": 1, "time": {{"start": 1.5}}}}'
    ),
    "two_lists.json": f'{{"orders": [{ENTRY}], "returns": [{ENTRY}]}}',
    "with_a_mark.json": MARK + f"[{ENTRY}]",
    "comma_behind_the_last.json": f"[{ENTRY},]",
    "not_a_number.json": f"[{ENTRY.replace('5}', 'NaN}')}, {ENTRY.replace('5}', '-Infinity}')}]",
    "number_without_end.json": f"[{ENTRY.replace('5}', '1e999999999}')}, {ENTRY.replace('5}', '1e3}')}]",
    "name_twice.json": f"[{ENTRY.replace('}', ', `Total`: 6}').replace('`', chr(34))}, {ENTRY}]",
    "lists_in_cells.json": objects([5, 6], {"EUR": 5}, 7),
    "strings_and_numbers.json": '["1", 2, null, true, {"Client": 17, "Date": "2026-03-02", "Total": "5"}]',
    "lines_named_as_one.json": f"{ENTRY}\n{ENTRY}\n",
    "cut_off.json": f"[{ENTRY}, {ENTRY[:-9]}",
    "quotes_of_another_language.json": "[{'Client': '1'}]",
    "commas_behind_lines.ndjson": f"{ENTRY}\n{ENTRY},\n{ENTRY}\n",
    "one_line_broken.ndjson": f'{ENTRY}\n{{"Client": "2", "Da\n{ENTRY}\n',
    "mark_in_the_middle.ndjson": f"{MARK}{ENTRY}\n{MARK}{ENTRY}\n",
    "alias_bomb.yaml": "a0: &a0 [x, x]\n"
    + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)),
    "words_that_mean_something.yaml": "- {Client: no, Date: 2026-03-02, Total: 012}\n"
    "- {Client: 12:30, Date: 2026-03-03, Total: 1e3}\n- {Client: 1_000, Date: 2026-03-04, Total: ~}\n",
    "tabs.yaml": "- Client: 1\n\tDate: 2026-03-02\n",
    "name_twice.yaml": "- {Client: 1, Date: 2026-03-02, Total: 5, Total: 6}\n",
    "tag_of_a_program.yaml": "- !!python/object/apply:os.system [echo]\n",
    "no_list.yaml": "Client: 1\nDate: 2026-03-02\nTotal: 5\n",
}
SMALL: dict[str, str | bytes] = {**ENCODINGS, **NUMBERS, **KEYS, **DATES, **FORM, **TREES}


def sheet(cells: bytes, padding: int = 0) -> bytes:
    """A workbook of one sheet with these cells, and with so many megabytes of nothing behind them."""
    stream = io.BytesIO()
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relation}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets>'
            '<sheet name="Orders" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relation}/worksheet"'
            ' Target="worksheets/sheet1.xml"/></Relationships>',
        )
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'<worksheet xmlns="{main}"><sheetData>'.encode())
            part.write(cells)
            for _ in range(padding):
                part.write(b" " * (1 << 20))
            part.write(b"</sheetData></worksheet>")
    return stream.getvalue()


def cell(value: str, kind: str = "str") -> bytes:
    """A cell of a sheet."""
    return f'<c t="{kind}"><v>{value}</v></c>'.encode()


def line(*cells: bytes) -> bytes:
    """A row of a sheet."""
    return b"<row>" + b"".join(cells) + b"</row>"


NAMES = line(cell("Client"), cell("Date"), cell("Total"))
FIRST = line(cell("1", "n"), cell("2026-03-02"), cell("5", "n"))


def parquet_file() -> bytes:
    """A Parquet file of three columns."""
    import pyarrow
    from pyarrow import parquet

    stream = io.BytesIO()
    table = pyarrow.table({"Client": ["1", "2"], "Date": ["2026-03-02", "2026-03-03"], "Total": [5, 6]})
    parquet.write_table(table, stream)
    return stream.getvalue()


def packed(content: bytes, copies: int = 1) -> bytes:
    """The content so many times over, packed with gzip."""
    return gzip.compress(content, mtime=0) * copies


def in_bytes(text: str) -> bytes:
    """The text in UTF-8."""
    return text.encode()


LARGE: dict[str, Callable[[], bytes]] = {
    "bomb.xlsx": lambda: sheet(NAMES + FIRST, padding=1100),
    "smaller_bomb.xlsx": lambda: sheet(NAMES + FIRST, padding=300),
    "bomb_of_zeros.csv.gz": lambda: packed(bytes(1 << 20), 2000),
    "bomb_of_one_line.csv.gz": lambda: packed(b"x" * (1 << 20), 400),
    "million_columns.csv": lambda: in_bytes(",".join(f"c{n}" for n in range(1_000_000)) + "\n"),
    "columns_of_one_name.csv": lambda: in_bytes(
        f"{HEAD[:-1]}{',x' * 200_000}\n1,2026-03-02,5{',x' * 200_000}\n"
    ),
    "million_columns.ndjson": lambda: in_bytes(
        f"{ENTRY}\n" + json.dumps({f"c{n}": n for n in range(100_000)}) + "\n"
    ),
    "line_without_end.csv": lambda: in_bytes(HEAD + GOOD + "x" * 50_000_000),
    "cell_without_end.csv": lambda: in_bytes(HEAD + GOOD + '2,"' + ("x" * 99 + "\n") * 20_000),
    "brackets_without_end.json": lambda: b"[" * 1_000_000,
    "brackets_without_end.yaml": lambda: b"[" * 100_000,
    "cut_off.xlsx": lambda: sheet(NAMES + FIRST)[:-300],
    "cut_off.parquet": lambda: parquet_file()[:-40],
    "cut_off.csv.gz": lambda: packed(in_bytes(HEAD + GOOD * 5000))[:-30],
    "formula_errors.xlsx": lambda: sheet(
        cells=NAMES + FIRST + line(cell("2", "n"), cell("2026-03-03"), cell("#N/A", "e"))
    ),
    "days_as_numbers.xlsx": lambda: sheet(NAMES + line(cell("1", "n"), cell("46083", "n"), cell("5", "n"))),
    "header_over_two_rows.xlsx": lambda: sheet(
        cells=line(cell("Client"), cell("Order")) + line(cell(""), cell("Date"), cell("Total")) + FIRST
    ),
    "totals_at_the_end.xlsx": lambda: sheet(
        cells=NAMES + FIRST + line(cell("Общо"), cell(""), cell("5", "n")) + line(cell(""), cell(" "))
    ),
    "title_above.xlsx": lambda: sheet(line(cell("Orders of March")) + NAMES + FIRST),
}


def content_of(name: str) -> bytes:
    """The bytes of a file of this corpus."""
    if name in LARGE:
        return LARGE[name]()
    content = SMALL[name]
    return content if isinstance(content, bytes) else in_bytes(content)


if __name__ == "__main__":
    for small in SMALL:
        (FOLDER / small).write_bytes(content_of(small))
