"""Turns translated text into code of this machine, once, and keeps it in a file."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from llvmlite import binding as llvm

_BREAK = b"\n"


@cache
def machine_name() -> str:
    """Give what compiled code depends on: the compiler's version and the kind of processor."""
    features = llvm.get_host_cpu_features().flatten()
    return f"{llvm.llvm_version_info} {llvm.get_process_triple()} {llvm.get_host_cpu_name()} {features}"


def compile_text(text: str, *, widens: bool = False) -> bytes:
    """Give the code for a module's text; `widens` lets loops do several rounds at once."""
    machine = _target()
    module = llvm.parse_assembly(text)
    module.triple = llvm.get_process_triple()
    module.data_layout = str(machine.target_data)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    # The kernel's loops go round a few times each: to widen them costs time and gains none.
    options.loop_vectorization = options.slp_vectorization = options.loop_unrolling = widens
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return bytes(machine.emit_object(module))


def name_of(functions: Sequence[Callable[..., Any]], function: Callable[..., Any]) -> str:
    """Give the name that one of several functions has in their translated module."""
    return f"part{list(functions).index(function)}.{function.__name__}"


def load_code(code: bytes, name: str) -> Callable[[Any, int], int]:
    """Give a function of compiled code, to be called with an array of whole numbers and a number."""
    loaded = Loaded(code)
    call = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64)(loaded.address(name))

    def function(memory: Any, first: int, _loaded: Loaded = loaded) -> int:
        # The code is an argument so that it lives as long as the function; threads go on meanwhile.
        return int(call(memory.ctypes.data, first))

    return function


class Loaded:
    """Code that can be called, as long as this lives."""

    def __init__(self, code: bytes) -> None:
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        """Give where a function begins."""
        return int(self._engine.get_function_address(name))


def code_file(name: str, sources: Iterable[Path]) -> Path:
    """Give the file for compiled code: another one whenever a line of what it is made of changes."""
    digest = sha256(machine_name().encode())
    for source in (*_own_files(), *sources):
        digest.update(source.read_bytes())
    return _folder() / f"{name}-{digest.hexdigest()[:16]}.o"


def _own_files() -> list[Path]:
    """Give the files of what translates."""
    return sorted(Path(__file__).parent.glob("*.py"))


def _folder() -> Path:
    named = os.environ.get("STEPLADDER_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("stepladder")


def kept(file: Path, make: Callable[[], bytes]) -> bytes:
    """Give what a file holds; where it is not there, or not whole, make it and keep it if that is possible.

    Code that was cut off half way would end the process when it is called, so its digest goes before it.
    """
    with suppress(OSError):
        digest, code = file.read_bytes().partition(_BREAK)[::2]
        if digest == _digest(code):
            return code
    made = make()
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, delete=False) as part:
            part.write(_digest(made) + _BREAK + made)
        Path(part.name).replace(file)
    return made


def _digest(code: bytes) -> bytes:
    return sha256(code).hexdigest().encode()


def _target() -> Any:
    """Give the processor at hand."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        jit=True,
        codemodel="jitdefault",
    )
