"""The codes of findings about mappings, data files and results; importing this module makes them known.

SD001–SD019 speak of the mapping, SD020–SD039 of whole files, SD040–SD059 of
rows, SD060–SD069 of results, SD070–SD079 of what a command was asked. SD090 is
no mistake: it carries the notes of a run.
"""

from __future__ import annotations

import stepladder_dsl.embedding.codes  # noqa: F401 - makes the code of embedded diagrams known
from stepladder_dsl.diagnostics.codes import register
from stepladder_dsl.diagnostics.diagnostic import Severity

_ERRORS = {
    "SD001": "mapping-unreadable",
    "SD002": "mapping-syntax",
    "SD003": "mapping-key-twice",
    "SD004": "mapping-unknown-key",
    "SD005": "mapping-missing-key",
    "SD006": "mapping-wrong-value",
    "SD007": "mapping-unknown-name",
    "SD008": "mapping-field-missing",
    "SD009": "variable-not-set",
    "SD010": "wrong-option",
    "SD011": "wrong-translation",
    "SD012": "formula-does-not-fit",
    "SD016": "log-part-missing",
    "SD017": "log-broken",
    "SD018": "log-value-unclear",
    "SD020": "file-missing",
    "SD021": "file-empty",
    "SD022": "wrong-encoding",
    "SD023": "binary-file",
    "SD024": "unknown-format",
    "SD025": "column-missing",
    "SD026": "column-twice",
    "SD027": "file-broken",
    "SD028": "sheet-missing",
    "SD029": "extra-missing",
    "SD030": "wrong-database",
    "SD031": "database-driver-missing",
    "SD032": "database-away",
    "SD033": "database-refuses",
    "SD034": "query-writes",
    "SD035": "query-fails",
    "SD040": "wrong-number-of-cells",
    "SD041": "row-too-long",
    "SD042": "quote-not-closed",
    "SD043": "not-an-object",
    "SD044": "value-missing",
    "SD045": "not-a-number",
    "SD046": "not-a-date",
    "SD047": "value-not-in-spec",
    "SD048": "not-yes-or-no",
    "SD049": "limit-broken",
    "SD050": "key-twice",
    "SD051": "unknown-record",
    "SD052": "not-a-duration",
    "SD053": "formula-gives-wrong-kind",
    "SD054": "cell-without-value",
    "SD055": "row-in-another-encoding",
    "SD056": "other-columns-below",
    "SD057": "other-currency",
    "SD058": "value-is-no-text",
    "SD059": "digits-lost",
    "SD060": "result-not-written",
    "SD061": "format-without-package",
    "SD063": "number-too-long",
    "SD064": "no-database-to-write-to",
    "SD065": "database-not-written",
    "SD066": "table-of-others",
    "SD070": "impossible-moment",
    "SD071": "nothing-to-run-as-of",
    "SD072": "unknown-case",
    "SD073": "not-a-size-of-memory",
    "SD074": "no-room-for-temporary-files",
    "SD085": "spark-not-installed",
    "SD086": "no-java-for-spark",
    "SD099": "stale-drawing",
    "SD107": "no-such-baseline",
}
_PACKAGE = "stepladder_engine.data.pages"

for _code, _name in _ERRORS.items():
    register(_code, _name, Severity.ERROR, _PACKAGE)
register("SD062", "result-does-not-fit", Severity.INFO, _PACKAGE)
register("SD019", "log-note", Severity.INFO, _PACKAGE)
register("SD090", "data-note", Severity.INFO, _PACKAGE)
