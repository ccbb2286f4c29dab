"""Discovery: what declares itself is found once; what does not declare anything stops the start."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rs.core.discovery import declared, unknown_name
from rs.errors import DeclarationError, UnknownName
from rs.products import product, products

Package = Callable[..., str]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    """Makes an importable package of given modules."""
    name = "made_for_discovery"
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(**modules: str) -> str:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        for module, text in modules.items():
            (folder / f"{module}.py").write_text(text)
        importlib.invalidate_caches()
        return name

    yield make
    for module in [m for m in sys.modules if m.split(".")[0] == name]:
        del sys.modules[module]


def test_modules_are_found_by_what_they_declare(package: Package) -> None:
    found = declared(package(b="VALUE = 2", a="VALUE = 1", _helper="raise RuntimeError"), "VALUE", int)
    assert found == [1, 2]


@pytest.mark.parametrize("text", ["", "OTHER = 1", "import not_there_at_all", "from math import not_there"])
def test_a_module_that_declares_nothing_fails_loudly(package: Package, text: str) -> None:
    with pytest.raises(DeclarationError, match=r"made_for_discovery\.broken: does not declare VALUE"):
        declared(package(fine="VALUE = 1", broken=text), "VALUE", int)


def test_a_value_of_another_kind_fails_loudly(package: Package) -> None:
    with pytest.raises(DeclarationError, match=r"made_for_discovery\.odd: VALUE is a str"):
        declared(package(odd="VALUE = 'x'"), "VALUE", int)


def test_a_package_that_is_not_there_is_not_swallowed() -> None:
    with pytest.raises(ImportError):
        declared("made_for_discovery_of_nothing", "VALUE", int)


def test_an_unknown_name_prints_the_nearest_first_and_all_known() -> None:
    error = unknown_name("product", "turbidty", ["ndvi", "turbidity", "water_colour"])
    assert isinstance(error, UnknownName)
    assert error.what == "unknown product 'turbidty'"
    assert error.remedy == "Did you mean turbidity? Known: turbidity, ndvi, water_colour"


def test_a_name_like_no_other_prints_the_known_ones() -> None:
    assert unknown_name("product", "zzz", ["b", "a"]).remedy == "Known: a, b"


def test_products_are_found_by_name_and_version() -> None:
    assert product("ndvi") is products()["ndvi"]
    assert product("ndvi", products()["ndvi"].version) is products()["ndvi"]
    with pytest.raises(UnknownName, match="Did you mean ndvi"):
        product("nvdi")
    with pytest.raises(Exception, match=r"0\.0\.1 is asked for and .* is installed"):
        product("ndvi", "0.0.1")
