"""A packed file gives what the file in it gives."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

ZSTD = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")


def packed_with_zstd(content: bytes) -> bytes:
    # The sum over all bytes is an option of zstd, and always there in gzip.
    return bytes(ZSTD.compress(content, options={ZSTD.CompressionParameter.checksum_flag: 1}))


PACK: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": packed_with_zstd}
FILES = {
    "orders.csv": "Client,Date,Total\nÁnna,2026-03-02,5\nB,soon,6\n",
    "orders.tsv": "Client\tDate\tTotal\nÁnna\t2026-03-02\t5\nB\tsoon\t6\n",
    "orders.txt": "Client|Date|Total\nÁnna|2026-03-02|5\nB|soon|6\n",
    "orders.json": (
        '[{"Client": "Ánna", "Date": "2026-03-02", "Total": 5}, {"Client": "B", "Date": "soon", "Total": 6}]'
    ),
    "orders.ndjson": (
        '{"Client": "Ánna", "Date": "2026-03-02", "Total": 5}\n{"Client": "B", "Date": "soon", "Total": 6}\n'
    ),
    "orders.yaml": "- {Client: Ánna, Date: 2026-03-02, Total: 5}\n- {Client: B, Date: soon, Total: 6}\n",
}


@pytest.mark.parametrize("packing", PACK)
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_packed_file_gives_what_the_file_in_it_gives(
    packing: str, name: str, encoding: str, desk: Any
) -> None:
    content = FILES[name].encode(encoding)
    plain = desk.purchases(content, name=name)
    packed = desk.purchases(PACK[packing](content), name=name + packing)
    assert packed.reasons == plain.reasons != []
    assert [(event.key, event.time, event.fields, event.origin.row) for event in packed.data.events] == [
        (event.key, event.time, event.fields, event.origin.row) for event in plain.data.events
    ]
    assert [event.key for event in packed.data.events] == ["Ánna"]


LONG = "Client,Date,Total\n" + "".join(f"{number},2026-03-02,{number * 37 % 101}\n" for number in range(5000))


@pytest.mark.parametrize("packing", PACK)
@pytest.mark.parametrize("damage", ["cut off", "a changed byte", "something else"])
def test_a_packed_file_that_is_damaged_stops_the_run(packing: str, damage: str, desk: Any) -> None:
    whole = PACK[packing](LONG.encode())
    middle = len(whole) // 2
    content = {
        "cut off": whole[:middle],
        "a changed byte": whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :],
        "something else": b"Client,Date,Total\n1,2026-03-02,5\n",
    }[damage]
    result = desk.purchases(content, name=f"orders.csv{packing}")
    assert result.dataset is None
    assert len(result.diagnostics) == 1
    assert result.diagnostics[0].code in {"SD020", "SD022", "SD023"}


def test_without_the_package_the_extra_is_named(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, ZSTD.__name__, None)
    result = desk.purchases(ZSTD.compress(LONG.encode()), name="orders.csv.zst")
    assert result.places == [("mapping.yaml", 3, 13, "SD029")]
    assert result.sentences == ["`orders.csv.zst` needs a package that is not installed"]
    assert result.diagnostics[0].values["extra"] == "zstd"


def test_the_package_is_not_loaded_for_other_files(desk: Any) -> None:
    desk.purchases(LONG)
    code = (
        "import sys; from pathlib import Path;"
        "from stepladder_dsl.model.spec import Event, Spec;"
        "from stepladder_engine.data.load import load_dataset;"
        "from stepladder_engine.data.mapping import load_mapping;"
        "spec = Spec('shop', events={'purchase': Event('purchase', 'client')});"
        f"mapping = load_mapping(Path({str(desk.folder / 'visits.yaml')!r}), spec)[0];"
        "data = load_dataset(spec, mapping)[0];"
        "heavy = {'backports.zstd', 'compression.zstd', 'pyarrow', 'xml.parsers.expat'};"
        "sys.exit(len(data.events) != 5000 or bool(heavy & sys.modules.keys()))"
    )
    desk.put("visits.yaml", "events:\n  purchase: {source: orders.csv, key: Client, time: Date}\n")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
