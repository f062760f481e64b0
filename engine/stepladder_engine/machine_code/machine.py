"""Turns translated text into code of this machine, once, and keeps it in a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache as once
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stepladder_engine.machine_code import cache, image
from stepladder_engine.machine_code.llvm_writer import LlvmWriter
from stepladder_engine.machine_code.writer import Writer

_BREAK = b"\n"


@once
def machine_name() -> str:
    """Give what compiled code depends on: the compiler's version and the kind of processor.

    Where the code is kept as an image nothing of the compiler is loaded for that.
    """
    processor = image.machine()
    if processor is not None:
        found = find_spec("llvmlite")
        version = Path(found.origin or "").with_name("_version.py") if found else None
        return f"{sys.version} {processor} {version.read_text() if version and version.exists() else ''}"
    llvm = _llvm()
    features = llvm.get_host_cpu_features().flatten()
    return f"{llvm.llvm_version_info} {llvm.get_process_triple()} {llvm.get_host_cpu_name()} {features}"


def compile_text(text: str, *, widens: bool = False, anywhere: bool = False) -> bytes:
    """Give the code for a module's text.

    `widens` lets loops do several rounds at once; `anywhere` gives code that does not depend on its place,
    as images have to be.
    """
    llvm, machine = _llvm(), _target(anywhere=anywhere)
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


def compiled_image(text: str, *, widens: bool = False) -> bytes:
    """Give the code for a module's text as an image, where that can be."""
    found = None
    if image.machine() is not None:
        found = image.image_of(compile_text(text, widens=widens, anywhere=True))
    return compile_text(text, widens=widens) if found is None else found


class Loaded:
    """Code that can be called, as long as this lives."""

    def __init__(self, code: bytes) -> None:
        llvm = _llvm()
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        """Give where a function begins."""
        return int(self._engine.get_function_address(name))


def load(
    name: str, sources: Iterable[Path], text: Callable[[type[Writer]], str], *, widens: bool
) -> Loaded | image.Image:
    """Give the code of a text, from the cache where it was compiled before."""
    code = kept(code_file(name, sources), lambda: compiled_image(text(LlvmWriter), widens=widens))
    return image.Image(code) if image.is_image(code) else Loaded(code)


def code_file(name: str, sources: Iterable[Path]) -> Path:
    """Give the file for compiled code."""
    return cache.kept_as(name, machine_name(), sources).with_suffix(".o")


def kept(file: Path, make: Callable[[], bytes]) -> bytes:
    """Give what a file holds; where it is not there, or not whole, make it and keep it if that is possible.

    Code that was cut off half way would end the process when it is called, so its digest goes before it.
    """
    with suppress(OSError):
        digest, code = file.read_bytes().partition(_BREAK)[::2]
        if digest.decode("ascii", "replace") == cache.digest(code):
            return code
    made = make()
    cache.keep(file, cache.digest(made).encode() + _BREAK + made)
    return made


def _llvm() -> Any:
    """Load the compiler: thirty megabytes, which nobody needs whose code is kept."""
    from llvmlite import binding

    return binding


def _target(*, anywhere: bool = False) -> Any:
    """Give the processor at hand."""
    llvm = _llvm()
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        jit=not anywhere,
        reloc="pic" if anywhere else "default",
        codemodel="small" if anywhere else "jitdefault",
    )
