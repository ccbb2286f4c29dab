"""Compiling with numba: where compiled code is kept, generated passes, plain loops of our own modules."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

_cache: list[Path] = []
_held: dict[str, Any] = {}
"""What was compiled or loaded, by name; dropped when the folder changes."""
_loading: list[threading.Thread] = []


def use_cache(folder: Path | None) -> bool:
    """Keep compiled code in `folder`, or in none. False where the folder can't be written."""
    _cache.clear()
    _held.clear()
    if folder is None:
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError:
        return False
    _cache.append(folder)
    return True


def jitted(function: F) -> F:
    """A function of plain loops, compiled at its first call or taken from the cache folder.

    The module it stands in is compiled as a whole, so that its functions may call each other; it holds functions
    and constants for numpy and math only. Threads run the compiled function side by side.
    """
    name = f"{function.__module__}.{function.__qualname__}"
    if name not in _held:
        _held[name] = getattr(_compiled(function.__module__), function.__name__)
    return cast(F, _held[name])


def compiled_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """A numba dispatcher of a function whose module `generated` made, or that no other process will look for."""
    jit: Any = numba().njit(nogil=True, error_model="numpy", cache=bool(_cache))
    made: Callable[..., Any] = jit(function)
    return made


def load_ahead() -> None:
    """Load numba in another thread, while this one reads files that it does not take numba for."""
    _loading.append(threading.Thread(target=_load, daemon=True))
    _loading[-1].start()


def _load() -> None:
    """Numba with its tables of what can be compiled, which it otherwise loads at the first call."""
    from numba.core.registry import cpu_target

    cpu_target.typing_context.refresh()
    cpu_target.target_context.refresh()


def numba() -> Any:
    """The module numba, when the thread that loads it ahead is done: two threads must not import it at once."""
    for thread in _loading:
        thread.join()
    return importlib.import_module("numba")


def generated(source: str, digest: str = "") -> ModuleType:
    """Source as a module of a name of its own, which other processes find by the same name.

    digest: of what the source calls beside itself. Without a cache folder the module is in memory alone.
    """
    name = _name(source, digest)
    if name not in _held:
        _held[name] = _loaded(name, source)
    return cast(ModuleType, _held[name])


def _loaded(name: str, source: str) -> ModuleType:
    if not _cache:
        module = ModuleType(name)
        exec(compile(source, name, "exec"), module.__dict__)
        return module
    folder = _cache[0]
    path = folder / f"{name}.py"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".tmp", delete=False, encoding="utf-8") as stream:
            stream.write(source)
        os.replace(stream.name, path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _compiled(module_name: str) -> ModuleType:
    """A copy of a module with every function of its own compiled."""
    key = f"module {module_name}"
    if key not in _held:
        # a copy in the cache folder: numba leaves alone what lies in a folder that can't be written
        copy = generated(inspect.getsource(sys.modules[module_name]))
        for name, value in list(vars(copy).items()):
            if isinstance(value, FunctionType) and value.__module__ == copy.__name__:
                setattr(copy, name, compiled_function(value))
        _held[key] = copy
    return cast(ModuleType, _held[key])


@cache
def _name(source: str, digest: str) -> str:
    parts = f"{source}|{digest}|{numba().__version__}|{sys.version_info[:2]}|{_cpu()}"
    return "rs_kernel_" + hashlib.sha256(parts.encode()).hexdigest()[:24]


def _cpu() -> str:
    import llvmlite.binding as llvm

    return str(llvm.get_host_cpu_name())
