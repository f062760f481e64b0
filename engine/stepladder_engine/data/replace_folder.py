"""Lets a new result take the place of an old one as a whole, and clears away what stopped runs have left.

A result is made in a workshop: a folder beside the target that is locked while
its run lives. Then both exchange their names in one step of the operating
system, so that there is no moment without a whole result, whoever stops the run.
"""

from __future__ import annotations

import errno
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

OWN_FILES = ".stepladder-files"
"""Lists the files of a result, one a line: what the next result may replace."""
PARTS = ".parts"
"""A folder in a workshop for what a writer needs only while it writes."""

_PART = re.compile(r"part-\d+\.parquet")
"""The names of the files of a table in parts."""

_NO_PLACE = {errno.EACCES, errno.EPERM, errno.EROFS}
_NOT_TO_BE_MOVED = {errno.EBUSY, errno.EXDEV}
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


class NoRoomBeside(Exception):
    """Nothing can be made beside the target, or exchanged with it: it is a volume of its own, for example."""


@contextmanager
def workshop(target: Path, place: Path, names: Sequence[str]) -> Iterator[Path]:
    """Give a folder in `place` for files of these names, and clear it away whatever happens."""
    try:
        folder, lock = _new_folder(target, place)
    except OSError as error:
        if error.errno in _NO_PLACE and place != target and target.is_dir():
            raise NoRoomBeside from error
        raise
    try:
        # Said before anything is written, so that whoever finds the folder knows whose it is.
        (folder / OWN_FILES).write_text("".join(f"{name}\n" for name in sorted(names)), encoding="utf-8")
        (folder / PARTS).mkdir()
        yield folder
    finally:
        with suppress(OSError):
            _clear_away(folder, target)
        if lock is not None:
            os.close(lock)


def _new_folder(target: Path, place: Path) -> tuple[Path, int | None]:
    """Make a folder and lock it."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=place))
        # mkdtemp lets only the owner in; the result should be open as any new folder is.
        mask = os.umask(0)
        os.umask(mask)
        lock = None
        try:
            lock = _locked(folder, wait=True)
            folder.chmod(0o777 & ~mask)
        except FileNotFoundError:
            # Another run has taken it for a leftover before it was locked.
            if lock is not None:
                os.close(lock)
        else:
            return folder, lock


def _prefix(target: Path) -> str:
    return f".{target.name}.new-"


def _locked(folder: Path, *, wait: bool) -> int | None:
    """Lock a folder for as long as this process lives; None where the system has no such locks.

    Raises ``BlockingIOError`` where another process has it and nobody wants to wait.
    """
    try:
        import fcntl
    except ImportError:
        return None
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(lock)
        raise
    except OSError:
        # The file system has no locks.
        os.close(lock)
        return None
    return lock


def clear_leftovers(target: Path) -> None:
    """Remove the workshops of runs that were killed; those of runs that live, and foreign folders, stay."""
    _bring_back(target)
    for place in (target.parent, target):
        with suppress(OSError):
            found = [entry for entry in place.iterdir() if entry.name.startswith(_prefix(target))]
            for folder in found:
                _remove_if_left(folder)


def _remove_if_left(folder: Path) -> None:
    if folder.is_symlink() or not folder.is_dir():
        return
    with suppress(OSError):
        lock = _locked(folder, wait=False)
        if lock is None:
            # Whether somebody works in it cannot be told.
            return
        try:
            if all(entry.name in own_files(folder) | {PARTS} for entry in folder.iterdir()):
                _clear_away(folder, folder)
        finally:
            os.close(lock)


def _clear_away(folder: Path, target: Path) -> None:
    """Remove a folder of ours; a file that somebody has put there meanwhile goes to the target.

    The list of its files goes last: without it nobody would know whose the others are.
    """
    own = own_files(folder)
    shutil.rmtree(folder / PARTS, ignore_errors=True)
    for entry in folder.iterdir():
        if entry.name not in own:
            if not (target / entry.name).exists():
                entry.rename(target / entry.name)
        elif entry.name != OWN_FILES:
            _remove(entry)
    (folder / OWN_FILES).unlink(missing_ok=True)
    folder.rmdir()


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _bring_back(target: Path) -> None:
    """Bring back the old result of a run that was stopped between two renames.

    A folder of that name that no run has left belongs to somebody and is not touched.
    """
    old = _old(target)
    if old.is_dir() and not old.is_symlink() and is_ours(old):
        if target.exists():
            _clear_away(old, target)
        else:
            old.rename(target)


def is_ours(folder: Path) -> bool:
    """Say whether a folder holds the result of a run and nothing else."""
    own = own_files(folder)
    return (folder / OWN_FILES).is_file() and all(entry.name in own for entry in folder.iterdir())


def own_files(folder: Path) -> set[str]:
    """Give the names of the files that an earlier result has left in the folder."""
    try:
        listed = (folder / OWN_FILES).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {OWN_FILES}
    # The list may have been tampered with: only plain names inside the folder count.
    plain = {name for name in listed if Path(name).name == name}
    return {name for name in plain if not (folder / name).is_dir() or _is_of_parts(folder / name)} | {
        OWN_FILES
    }


def _is_of_parts(folder: Path) -> bool:
    """Tell whether a folder holds a table in parts, and nothing else."""
    if folder.is_symlink() or folder.suffix != ".parquet":
        return False
    return all(_PART.fullmatch(entry.name) and entry.is_file() for entry in folder.iterdir())


def _remove(entry: Path) -> None:
    """Remove a file of a result, or a table in parts."""
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink(missing_ok=True)


def put_in_place(made: Path, target: Path, names: Sequence[str]) -> None:
    """Let the new result take the place of the old one."""
    shutil.rmtree(made / PARTS, ignore_errors=True)
    if made.parent != target:
        if not target.exists() and _became(made, target):
            return
        # Whoever stands in the folder would stand nowhere after an exchange.
        if is_ours(target) and not _stands_in(target) and _exchanged(made, target):
            return
    # Somebody or somebody else's files live here, so the folder stays and its files change one by one.
    own = own_files(target)
    for name in (*names, OWN_FILES):
        if (made / name).is_dir() or (target / name).is_dir():
            # It is of an earlier result: a folder does not take the place of another in one step.
            _remove(target / name)
        (made / name).replace(target / name)
    for name in own - {*names, OWN_FILES}:
        _remove(target / name)


def _became(made: Path, target: Path) -> bool:
    """Give the folder its name where nothing has it; another run may have been quicker."""
    try:
        made.rename(target)
    except OSError:
        if target.exists():
            return False
        raise
    return True


def _stands_in(target: Path) -> bool:
    try:
        return Path.cwd().is_relative_to(target)
    except OSError:
        return False


def _exchanged(made: Path, target: Path) -> bool:
    """Exchange two folders; where the system cannot do it in one step, in two."""
    try:
        if exchange(made, target):
            return True
        if _old(target).exists():
            return False
        _swap(made, target)
    except OSError as error:
        if error.errno in _NOT_TO_BE_MOVED:
            raise NoRoomBeside from error
        raise
    return True


def exchange(one: Path, other: Path) -> bool:
    """Let two folders exchange their names in one step; False where system or disk have no such step."""
    import ctypes

    step = _exchange_of_the_system()
    if step is None:
        return False
    if step(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _exchange_of_the_system() -> Callable[[bytes, bytes], int] | None:
    """Give the system's function; Python has none for it."""
    import ctypes

    # Asked of a value: a type checker would take the branches of other systems for unreachable.
    system = platform.system()
    if system not in {"Linux", "Darwin"}:
        return None
    library = ctypes.CDLL(None, use_errno=True)
    try:
        if system == "Linux":
            function, here, both = library.renameat2, -100, 2
            return lambda one, other: int(function(here, one, here, other, both))
        function, both = library.renamex_np, 2
        return lambda one, other: int(function(one, other, both))
    except AttributeError:
        return None


def _swap(made: Path, target: Path) -> None:
    """Exchange the folders; stopped in between, the next run finds the old result and brings it back."""
    target.rename(_old(target))
    try:
        made.rename(target)
    except OSError:
        _old(target).rename(target)
        raise
    with suppress(OSError):
        _clear_away(_old(target), target)
