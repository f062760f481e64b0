"""From a spec and files to the text of a mapping."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import NOWHERE
from stepladder_engine.data.database_url import has_plain_password, shown_address
from stepladder_engine.data.guess.draft import Draft
from stepladder_engine.data.guess.kinds import guess
from stepladder_engine.data.guess.look import likely_encodings, look_at, look_at_database, merged
from stepladder_engine.data.guess.write import mapping_text
from stepladder_engine.data.problems import finding

VARIABLE = re.compile(r"\$\{([^}]*)\}")
_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True, order=True)
class Address:
    """The address of a database: as it is written, and filled in, which nobody is shown."""

    written: str
    url: str = field(repr=False)


@dataclass(frozen=True)
class FirstMapping:
    """The text of a guessed mapping, and what it was guessed from."""

    text: str
    draft: Draft

    @property
    def is_complete(self) -> bool:
        """Whether everything that is mapped has all that the spec needs."""
        return all(kind.is_complete for kind in self.draft.kinds)

    @property
    def unsure(self) -> int:
        """In how many places somebody should look."""
        return sum(
            len(kind.unsure)
            + sum(guess.unsure is not None for guess in kind.fields)
            + sum(
                len(guess.translation.unsure) + len(guess.translation.open)
                for guess in kind.fields
                if guess.translation
            )
            for kind in self.draft.kinds
        )


def first_mapping(
    spec: Spec,
    sources: Sequence[Path | Address],
    folder: Path,
    language: str,
    encoding: str = "auto",
) -> tuple[FirstMapping | None, list[Diagnostic]]:
    """Guess a mapping whose paths start at a folder; what cannot be read is left out, and said.

    None is given where nothing can be read.
    """
    sources = [_database_in(source, folder) or source for source in sources]
    files = sorted({source for source in sources if isinstance(source, Path)})
    addresses = sorted({source for source in sources if isinstance(source, Address)})
    seen = [look_at(file, file.as_posix(), encoding) for file in files]
    usual = {table.guessed_encoding for tables, _ in seen for table in tables}
    for place, file in enumerate(files):
        likely = likely_encodings(seen[place][1])
        if likely:
            # Files that were made together are written alike.
            chosen = next((name for name in likely if name in usual), likely[0])
            seen[place] = look_at(file, file.as_posix(), chosen, is_guess=True)
    seen += [look_at_database(address.written, address.url, folder) for address in addresses]
    problems = [problem for _, found in seen for problem in found]
    tables = merged([table for tables, _ in seen for table in tables])
    if not tables:
        return None, problems
    draft = guess(spec, tables)
    return FirstMapping(mapping_text(draft, folder, language), draft), problems


def _database_in(source: Path | Address, folder: Path) -> Address | None:
    """Give the address of a file that is a database of SQLite; None for all others."""
    if isinstance(source, Address) or not source.is_file():
        return None
    with source.open("rb") as stream:
        if stream.read(len(_SQLITE)) != _SQLITE:
            return None
    path = Path(os.path.relpath(source.resolve(), folder.resolve())).as_posix()
    return Address(f"sqlite:///{path}", f"sqlite:///{path}")


def read_address(written: str, environment: Mapping[str, str]) -> tuple[Address | None, list[Diagnostic]]:
    """Give the address of a database that a text names: itself, or in a variable of the environment."""
    shown = shown_address(written)
    if has_plain_password(written):
        return None, [finding("SD030", NOWHERE, "password", source=shown)]
    missing = next((name for name in VARIABLE.findall(written) if name not in environment), None)
    if missing is not None:
        return None, [finding("SD009", NOWHERE, "url", name=missing, source=shown)]
    return Address(written, VARIABLE.sub(lambda match: environment[match[1]], written)), []
