from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

# Both are put together from pieces: this file is read by its own tests too.
REGISTRY_HOSTS = [
    "pypi" + ".org",
    "python" + "hosted",
    "registry." + "npmjs",
    "registry." + "yarnpkg",
    "repo." + "maven",
    "repo1." + "maven",
    "index." + "crates.io",
    "static." + "crates.io",
    "proxy." + "golang.org",
    "deb." + "debian",
    "archive." + "ubuntu",
    "conda." + "anaconda",
]
FIRST_FOLDERS = ["work", "root", "home", "farm", "Users", "tmp"]
MACHINE_PATH = re.compile(r"(?<![\w.~}/-])/(?:" + "|".join(FIRST_FOLDERS) + r")/[\w.-]+")


def tracked_files(root: Path) -> Iterator[Path]:
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        pytest.skip("only a clone, with git at hand, knows which files belong to the repository")
    # A clone may belong to another user than the one who runs the tests.
    command = [git, "-c", "safe.directory=*", "ls-files", "-z"]
    listing = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    for name in listing.decode().split("\0"):
        if name and (root / name).is_file():
            yield root / name


def texts(root: Path) -> Iterator[tuple[str, str]]:
    for file in tracked_files(root):
        content = file.read_bytes()
        if b"\0" not in content:
            yield file.relative_to(root).as_posix(), content.decode("utf-8", errors="replace")


def test_no_file_names_a_package_registry(root: Path) -> None:
    found = [
        f"{name}: {host}" for name, text in texts(root) for host in REGISTRY_HOSTS if host in text.lower()
    ]
    assert not found


def test_no_file_carries_a_path_of_one_machine(root: Path) -> None:
    found = [
        f"{name}: {match.group()}" for name, text in texts(root) for match in MACHINE_PATH.finditer(text)
    ]
    assert not found


@pytest.mark.parametrize("folder", FIRST_FOLDERS)
def test_a_path_of_one_machine_is_recognised(folder: str) -> None:
    path = f"/{folder}" + "/somebody/clients.csv"
    assert MACHINE_PATH.search(path)
    assert MACHINE_PATH.search(f'open("{path}")')


@pytest.mark.parametrize("text", ["docs/home/page.md", "docs/tmp/file", "https://example.com/work/list"])
def test_other_paths_are_left_alone(text: str) -> None:
    assert not MACHINE_PATH.search(text)
