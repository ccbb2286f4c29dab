"""Finding what declares itself: modules of a package, and entry points of other distributions."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable
from importlib.metadata import entry_points
from typing import Any

from rs.errors import DeclarationError, UnknownName


def declared(package: str, attribute: str, kind: type[Any]) -> list[Any]:
    """All values named `attribute` in the modules of a package and in its entry point group.

    Modules whose name starts with an underscore are helpers. A module that does not import or
    declares nothing raises DeclarationError: a part that is silently absent is worse than a stop.
    """
    root = importlib.import_module(package)
    names = [m.name for m in pkgutil.iter_modules(root.__path__) if not m.name.startswith("_")]
    found = [_value(f"{package}.{name}", attribute, kind) for name in sorted(names)]
    for point in sorted(entry_points(group=package), key=lambda p: p.name):
        found.append(_value(point.value.split(":")[0], attribute, kind))
    return found


def _value(module: str, attribute: str, kind: type[Any]) -> Any:
    try:
        value = getattr(importlib.import_module(module), attribute)
    except Exception as error:
        raise DeclarationError(
            f"does not declare {attribute} ({error})",
            where=module,
            remedy=f"Every module there declares {attribute}; helpers start with an underscore",
        ) from error
    if not isinstance(value, kind):
        raise DeclarationError(f"{attribute} is a {type(value).__name__}", where=module)
    return value


def unknown_name(what: str, name: str, known: Iterable[str]) -> UnknownName:
    """The error for a name that nothing declares: nearest names first, then all known ones."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    rest = [n for n in names if n not in near]
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    return UnknownName(f"unknown {what} {name!r}", remedy=f"{hint}Known: {', '.join(near + rest)}")
