"""What the evidence that comes with the package says of each product; the page about it is current."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from rs.products import product
from rs.validation.report import Report
from rs.validation.text import text
from rs.validation.validate import Order, evidence

Make = Callable[[Order], Report]


def report_on(reports: Make, reference: Path, name: str, mapping: str) -> Report:
    """The report of a product on the data that a mapping file describes."""
    (order,) = (o for o in evidence(product(name), reference) if o.mapping and o.mapping.stem == mapping)
    report = reports(order)
    print(text(report))
    return report


def test_secchi_depth_from_satellite_spectra(reports: Make, reference: Path) -> None:
    score = report_on(reports, reference, "secchi_depth", "landsat_matchups_satellite").score()
    assert score.product is not None and score.product.r is not None
    assert score.product.mdsa <= 50 and score.product.r >= 0.75
    assert score.used >= 0.99 * score.observed == pytest.approx(0.99 * 334)
    assert score.beats_constant


def test_secchi_depth_from_in_situ_spectra(reports: Make, reference: Path) -> None:
    score = report_on(reports, reference, "secchi_depth", "landsat_matchups_insitu").score()
    assert score.product is not None and score.product.mdsa == pytest.approx(41, abs=2)
    assert score.observed == 334 and score.beats_constant


def test_secchi_depth_of_the_parana(reports: Make, reference: Path) -> None:
    report = report_on(reports, reference, "secchi_depth", "parana_lab")
    assert report.line == "chain" and report.correction == "level D"
    assert report.score().observed == 37 and report.score().used >= 30
    assert report.score().beats_constant


@pytest.mark.parametrize("name, observed", [("suspended_matter", 267), ("chlorophyll", 391)])
def test_products_without_skill_on_satellite_spectra_say_so(
    reports: Make, reference: Path, name: str, observed: int
) -> None:
    report = report_on(reports, reference, name, "landsat_matchups_satellite")
    assert report.score().observed == observed
    assert report.score().beats_constant is False
    assert all("low_confidence" in row.flags for row in report.rows if row.estimate is not None)


def test_the_page_is_current(script: ModuleType, reports: Make, root: Path) -> None:
    """Else: python scripts/make_validation.py."""
    made = script.page(reports)
    assert (root / "docs" / "validation.md").read_text(encoding="utf-8") == made
    for name in script.products():
        for order in evidence(product(name), script.REFERENCE):
            if reports(order).score().used:
                assert (root / "docs" / "img" / script.picture(order)).is_file()
