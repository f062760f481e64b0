"""Starts Spark, or says why it cannot be started here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.source import NOWHERE
from stepladder_engine.data.problems import finding

JAVA = 17
"""The oldest Java that Spark 4 runs on."""
_PACKAGES = ("pyspark", "pyarrow", "pandas", "numpy")
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_LOGGING = Path(__file__).with_name("log4j2.properties")


def obstacles() -> list[Diagnostic]:
    """Say what keeps Spark from being started: a package, or Java."""
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        return [finding("SD085", NOWHERE, package=missing[0])]
    program = _java()
    if program is None:
        return [finding("SD086", NOWHERE, wanted=JAVA)]
    version = _version(program)
    if version is not None and version < JAVA:
        return [finding("SD086", NOWHERE, "old", wanted=JAVA, version=version, program=program)]
    return []


def _java() -> str | None:
    """Give the Java that Spark takes: that of JAVA_HOME, else the one on the path."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which(str(Path(home, "bin", "java"))) if home else shutil.which("java")


def _version(program: str) -> int | None:
    """Give the main version of a Java; None where it does not say."""
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _VERSION.search(said.stderr) or _VERSION.search(said.stdout)
    return int(found[1]) if found else None


@contextmanager
def spark_session() -> Iterator[Any]:
    """Give a session: the one that runs already, else one that ends with the work.

    Where it runs, Spark's own settings say (spark-submit, spark-defaults.conf): without any, on
    all cores of this machine.
    """
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder: Any = SparkSession.builder
    session = (
        builder.appName("stepladder")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={_LOGGING.as_uri()}")
        .getOrCreate()
    )
    try:
        yield session
    finally:
        session.stop()
