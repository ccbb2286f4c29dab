"""Marks for pixel formulas: plain scalar Python that the engine compiles into one pass."""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class PixelFunction(Generic[P, R]):
    """A scalar formula. A plain call behaves as the compiled code: division by zero gives inf or NaN.

    `compiled()` gives the numba dispatcher (compiled at the first call, float64, no fastmath).
    `digest` names the source of the formula, of every formula that it calls and of their constants;
    comments, docstrings and layout do not count.
    """

    def __init__(self, function: Callable[P, R]) -> None:
        if not isinstance(function, FunctionType):
            raise TypeError(f"a plain function is needed, got {function!r}")
        if function.__code__.co_freevars or function.__defaults__ or function.__kwdefaults__:
            raise TypeError(f"{function!r}: a formula has no default values and uses no variables of a function")
        self.function = function
        self.__name__ = function.__name__
        self.__doc__ = function.__doc__
        self.__module__ = function.__module__
        self.__wrapped__ = function
        self._compiled: Any = None
        self._digest = ""
        self._is_light: bool | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        import numpy as np

        with np.errstate(all="ignore"):
            value: R = self.function(*map(_float64, args), **{k: _float64(v) for k, v in kwargs.items()})
            return value

    def __repr__(self) -> str:
        return f"<pixel formula {self.__module__}.{self.__name__}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _by_name, (self.__module__, self.__name__)

    @property
    def arguments(self) -> tuple[str, ...]:
        """Names of the arguments, in order."""
        return tuple(inspect.signature(self.function).parameters)

    @property
    def coefficients(self) -> type[tuple[float, ...]] | None:
        """The NamedTuple type of the argument `c`, or None where the formula has none."""
        if "c" not in self.arguments:
            return None
        hint = inspect.get_annotations(self.function, eval_str=True).get("c")
        if not (isinstance(hint, type) and issubclass(hint, tuple)):
            raise TypeError(f"{self!r}: annotate the argument c with a NamedTuple of floats")
        return hint

    @property
    def is_light(self) -> bool:
        """True where the formula is arithmetic and comparisons alone: it may run on vectors, and costs little."""
        if self._is_light is None:
            parts = self._parts()
            self._is_light = all(part.is_light for part in parts.values()) and _is_light(self.function, set(parts))
        return self._is_light

    def compiled(self) -> Any:
        """The numba dispatcher of this formula."""
        if self._compiled is None:
            from rs.core.jit import numba

            names = {name: part.compiled() for name, part in self._parts().items()}
            body = FunctionType(self.function.__code__, {**self.function.__globals__, **names}, self.function.__name__)
            self._compiled = numba().njit(nogil=True, error_model="numpy")(body)
        return self._compiled

    @property
    def digest(self) -> str:
        """SHA-256 of the formula with all that it uses of ours, as hex."""
        if not self._digest:
            parts = [normal_source(self.function)]
            parts += [f"{name}:{part.digest}" for name, part in sorted(self._parts().items())]
            parts += [f"{name}={value!r}" for name, value in sorted(self._constants().items())]
            self._digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        return self._digest

    def _parts(self) -> Mapping[str, PixelFunction[..., Any]]:
        used = {name: self.function.__globals__.get(name) for name in self.function.__code__.co_names}
        return {name: part for name, part in used.items() if isinstance(part, PixelFunction)}

    def _constants(self) -> Mapping[str, object]:
        used = {name: self.function.__globals__.get(name) for name in self.function.__code__.co_names}
        for name, value in used.items():
            if value is None or isinstance(value, PixelFunction | int | float | tuple) or callable(value):
                continue
            if getattr(value, "__name__", "") != "numpy":
                raise TypeError(f"{self!r} uses {name}: constants are numbers or tuples of the formula's own module")
        return {name: value for name, value in used.items() if isinstance(value, int | float | tuple)}


def pixelwise(function: Callable[P, R]) -> PixelFunction[P, R]:
    """Mark a recipe: floats in, a float or a tuple of floats out, NaN = no data."""
    return PixelFunction(function)


def pixelfunc(function: Callable[P, R]) -> PixelFunction[P, R]:
    """Mark a helper that recipes call."""
    return PixelFunction(function)


def normal_source(item: Any) -> str:
    """Source of a function or module without comments, docstrings and layout."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(item)))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_docstring(body[0]):
            node.body = body[1:] or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.unparse(tree)


LIGHT = (
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.Expr, ast.BinOp, ast.UnaryOp,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.USub, ast.UAdd, ast.Name, ast.Constant, ast.Tuple, ast.expr_context,
    ast.If, ast.IfExp, ast.Compare, ast.cmpop, ast.BoolOp, ast.boolop, ast.Not,
)  # fmt: skip


def _is_light(function: FunctionType, parts: set[str]) -> bool:
    tree = ast.parse(normal_source(function)).body[0]
    assert isinstance(tree, ast.FunctionDef)
    tree.decorator_list, tree.returns = [], None
    for argument in tree.args.args:
        argument.annotation = None
    return all(
        isinstance(node, LIGHT)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {*parts, "float"})
        or (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("c", "np"))
        for node in ast.walk(tree)
    )


def _float64(value: Any) -> Any:
    import numpy as np

    if isinstance(value, int | float | np.floating):
        return np.float64(value)
    return type(value)(*map(_float64, value)) if hasattr(value, "_fields") else value


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _by_name(module: str, name: str) -> Any:
    import importlib

    return getattr(importlib.import_module(module), name)
