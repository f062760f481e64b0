"""Keeps a server of a database running for as long as the tests."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

# Runs the server until its own input ends: also where the tests are killed, and cannot end it themselves.
_KEEPER = """
import json, shutil, signal, subprocess, sys
folder, user, stop, *command = sys.argv[1:]
with open(folder + "/log", "wb") as log:
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **json.loads(user))
sys.stdin.read()
server.send_signal(signal.Signals[stop])
server.wait()
shutil.rmtree(folder, ignore_errors=True)
"""


@contextmanager
def kept(
    folder: Path, command: Sequence[str], user: Mapping[str, int], stop: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Let a server run in a folder of its own, which goes with it; the signal `stop` ends it."""
    keeper = [sys.executable, "-c", _KEEPER, str(folder), json.dumps(user), stop, *command]
    process = subprocess.Popen(keeper, stdin=subprocess.PIPE, cwd=folder)
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
