"""Spectra: the compiled recipe gives on a table what the plain formula gives, and the published scores."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from rs.algorithms.turbid_water import nechad
from rs.core.bands import Band
from rs.core.pixel import pixelwise
from rs.core.product import Product, Recipe
from rs.errors import UsageError
from rs.products import product
from rs.products.turbidity import DOGLIOTTI_2015, turbidity
from rs.validation.rows import Row
from rs.validation.validate import Order, evidence, validate


class Pair(NamedTuple):
    """Coefficients of one band: a [g m-3], c [1]."""

    a: float
    c: float


@pixelwise
def solids(red: float, c: Pair) -> float:
    """Suspended matter [g m-3] from rho_w [1] of red (Nechad et al. 2010, 655 nm)."""
    return nechad(red, c.a, c.c)


LANDSATS = ("landsat-5", "landsat-7", "landsat-8", "landsat-9")


def nechad_655() -> Product:
    """The simplest published formula of suspended matter, on every Landsat."""
    recipe = Recipe(solids, coefficients={name: {"a": 289.29, "c": 0.1686} for name in LANDSATS})
    main = product("turbidity").layers[0]
    layer = replace(main, name="suspended_matter", unit="g m-3", valid=(0.0, 3000.0))
    return replace(product("turbidity"), name="suspended_matter", recipes=(recipe,), layers=(layer,))


def rows(folder: Path, text: str, made: Product | None = None) -> tuple[Row, ...]:
    """Rows of a table of text."""
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8")
    return validate(Order(made or product("turbidity"), path)).rows


def test_rows_equal_the_plain_formula(tmp_path: Path) -> None:
    pairs = [(0.02 + 0.01 * k, 0.005 + 0.004 * k) for k in range(12)]
    lines = [f"{turbidity(red, nir, DOGLIOTTI_2015):.9f},FNU,sentinel-2a,{red},{nir}" for red, nir in pairs]
    found = rows(tmp_path, "observed,unit,platform,rho_w_red,rho_w_nir08\n" + "\n".join(lines) + "\n")
    half = product("turbidity").layers[0].scale / 2
    assert [row.recipe for row in found] == ["dogliotti2015"] * 12
    for row in found:
        assert row.estimate == pytest.approx(row.observation.value, abs=half * 1.001)


def test_rrs_and_rho_w_give_the_same(tmp_path: Path) -> None:
    as_rrs = rows(tmp_path, "observed,unit,platform,rrs_red,rrs_nir08\n5,FNU,sentinel-2b,0.01,0.004\n")
    text = f"observed,unit,platform,rho_w_red,rho_w_nir08\n5,FNU,sentinel-2b,{0.01 * math.pi!r},{0.004 * math.pi!r}\n"
    as_rho = rows(tmp_path, text)
    assert as_rrs[0].estimate == as_rho[0].estimate is not None


def test_each_row_takes_the_first_recipe_that_it_can(tmp_path: Path) -> None:
    text = (
        "observed,unit,platform,rho_w_red,rho_w_nir08\n5,FNU,sentinel-2a,0.03,0.01\n5,FNU,landsat-8,0.03,0.01\n"
        "5,FNU,landsat-8,0.03,\n5,FNU,landsat-8,,0.01\n5,FNU,some-sat,0.03,0.01\n5,FNU,,0.03,0.01\n"
    )
    found = rows(tmp_path, text)
    assert found[0].recipe == "dogliotti2015" and found[2].recipe == "nechad2009_red"
    assert [row.estimate is not None for row in found] == [True, True, True, False, False, False]
    assert "needs red" in found[3].reason
    assert "no coefficients for some-sat" in found[4].reason
    assert "no coefficients for an unstated platform" in found[5].reason


def test_flags_and_reasons_of_the_recipe(tmp_path: Path) -> None:
    text = (
        "observed,unit,platform,rho_w_red,rho_w_nir08\n150,FNU,landsat-8,0.09,\n5,FNU,sentinel-2a,-0.03,0.01\n"
        "5,FNU,sentinel-2a,0.2,0.3\n"
    )
    doubtful, negative, saturated = rows(tmp_path, text)
    assert doubtful.flags == ("low_confidence",) and doubtful.flagged and doubtful.estimate is not None
    assert negative.estimate is None and negative.reason == "outside of the product's valid range"
    assert saturated.estimate is None and saturated.reason == "the formula gives no number"


def test_a_table_of_water_is_no_evidence_for_land(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is made from surface reflectance"):
        rows(tmp_path, "observed,unit,platform,rho_w_red,rho_w_nir\n0.5,1,sentinel-2a,0.03,0.01\n", product("ndvi"))
    with pytest.raises(UsageError, match="gives classes"):
        rows(tmp_path, "observed,unit,platform,rho_w_green\n1,1,sentinel-2a,0.03\n", product("water_extent"))


PUBLISHED = {
    "insitu": {
        "used": 262, "mdsa": 79, "mdsa_low": 66, "mdsa_high": 91, "sspb": 30, "mape": 140, "rmsle": 0.40, "r": 0.66
    },
    "satellite": {
        "used": 263, "mdsa": 104, "mdsa_low": 81, "mdsa_high": 121, "sspb": 46, "mape": 176, "rmsle": 0.44, "r": 0.65
    },
}  # fmt: skip
NEAR = {"mdsa": 1, "mdsa_low": 3, "mdsa_high": 3, "sspb": 1, "mape": 1, "rmsle": 0.01, "r": 0.01}


@pytest.mark.parametrize("variant", PUBLISHED)
def test_published_scores_of_nechad_2010(root: Path, variant: str) -> None:
    """The same table was scored elsewhere with the same formula: every measure agrees, and so does n."""
    order = next(o for o in evidence(nechad_655(), root / "sample_data/reference") if variant in str(o.mapping))
    report, published = validate(order), PUBLISHED[variant]
    score = report.score()
    assert (score.used, score.observed) == (published["used"], 267)
    for name, tolerance in NEAR.items():
        assert getattr(score.product, name) == pytest.approx(published[name], abs=tolerance), name
    base = score.constant_observed
    assert base is not None
    assert base.mdsa == pytest.approx(86, abs=1) and base.sspb == pytest.approx(-6, abs=1)
    assert base.rmsle == pytest.approx(0.50, abs=0.01)
    assert report.correction.startswith("as given") and report.line == "formula"
    assert {row.observation.platform for row in report.rows} == set(LANDSATS)


def test_landsat_reflectance_against_in_situ(root: Path) -> None:
    """Red and green of the satellite rows follow the measured ones; near infrared does not (land correction)."""
    measured, satellite = (
        {row.observation.id: row.observation.spectrum for row in validate(order).rows}
        for order in evidence(nechad_655(), root / "sample_data/reference")[:2]
    )
    ratios = {
        band: sorted(satellite[k][band] / measured[k][band] for k in measured if measured[k][band] > 0)
        for band in (Band.GREEN, Band.RED, Band.NIR08)
    }
    middle = {band: values[len(values) // 2] for band, values in ratios.items()}
    assert 0.9 < middle[Band.GREEN] < 1.3 and 0.9 < middle[Band.RED] < 1.3 < middle[Band.NIR08]
