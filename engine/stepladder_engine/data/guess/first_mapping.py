"""From a spec and files to the text of a mapping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.guess.draft import Draft
from stepladder_engine.data.guess.kinds import guess
from stepladder_engine.data.guess.look import likely_encodings, look_at, merged
from stepladder_engine.data.guess.write import mapping_text


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
    spec: Spec, files: Sequence[Path], folder: Path, language: str, encoding: str = "auto"
) -> tuple[FirstMapping | None, list[Diagnostic]]:
    """Guess a mapping whose paths start at a folder; none is given where a file cannot be read."""
    seen = {file: look_at(file, file.as_posix(), encoding) for file in sorted(dict.fromkeys(files))}
    usual = {table.guessed_encoding for tables, _ in seen.values() for table in tables}
    for file, (_, problems) in seen.items():
        likely = likely_encodings(problems)
        if likely:
            # Files that were made together are written alike.
            chosen = next((name for name in likely if name in usual), likely[0])
            seen[file] = look_at(file, file.as_posix(), chosen, is_guess=True)
    problems = [problem for _, found in seen.values() for problem in found]
    if problems:
        return None, problems
    draft = guess(spec, merged([table for tables, _ in seen.values() for table in tables]))
    return FirstMapping(mapping_text(draft, folder, language), draft), []
