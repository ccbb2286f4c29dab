"""Reports that several tests look at are made once."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from rs.products import product
from rs.validation.report import Report
from rs.validation.rows import Sampling
from rs.validation.validate import Order, evidence


@pytest.fixture(scope="session")
def reference(root: Path) -> Path:
    """The folder of in-situ data."""
    return root / "sample_data" / "reference"


@pytest.fixture(scope="session")
def script(root: Path) -> ModuleType:
    """The script that writes docs/validation.md."""
    spec = importlib.util.spec_from_file_location("make_validation", root / "scripts" / "make_validation.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def reports(script: ModuleType) -> Callable[[Order], Report]:
    """`validate` that makes each report once."""
    made: Callable[[Order], Report] = script.remembered()
    return made


@pytest.fixture(scope="session")
def parana_order(reference: Path) -> Order:
    """Turbidity on the samples of the Parana river."""
    (order,) = evidence(product("turbidity"), reference)
    return order


@pytest.fixture(scope="session")
def parana(reports: Callable[[Order], Report], parana_order: Order) -> Report:
    """Turbidity of the Parana river: the pixels that the product keeps."""
    return reports(parana_order)


@pytest.fixture(scope="session")
def parana_every_pixel(reports: Callable[[Order], Report], parana_order: Order) -> Report:
    """Turbidity of the Parana river: every measured pixel, as the published measurement had it."""
    return reports(replace(parana_order, sampling=Sampling(every_pixel=True)))
