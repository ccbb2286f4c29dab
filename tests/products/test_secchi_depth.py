"""Secchi depth: vectors, the red band that does not fit, monotony, and where there is no value."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from product_vectors import Vector, product_vectors
from recipes import (
    TABLES,
    bound_of,
    check_compiled_equals_plain,
    check_semantics,
    check_vector,
    pixels_of,
    plain,
    random_pixels,
    recipes_of,
    scene_of,
    stored,
)

from rs.algorithms.three_bands import plausible_red, red_is_plausible, three_bands
from rs.algorithms.water_optics import attenuation
from rs.core.product import Flag
from rs.products.secchi_depth import PRODUCT
from rs.validation.metrics import log_ratio, mdsa

RECIPE = PRODUCT.recipes[0]
L8 = bound_of(PRODUCT, RECIPE, scene_of("landsat-8"))
VECTORS = product_vectors("p3qaa_zsd")
PI = np.pi


def rrs_of(vector: Vector) -> list[float]:
    """Rrs [sr-1] of blue, green, red of a vector."""
    return [vector.inputs[f"Rrs_{band}"] for band in "BGR"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: str(v.inputs["Rrs_G"]))
def test_vector(vector: Vector) -> None:
    check_vector(L8, [PI * r for r in rrs_of(vector)], [vector.expected["Zsd"]], vector.tolerance)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: str(v.inputs["Rrs_G"]))
def test_attenuation_of_the_vector(vector: Vector) -> None:
    c = L8.extras[0]
    a_b, a_g, a_r, bb_b, bb_g, bb_r, *_ = three_bands(*rrs_of(vector), c)
    made = [attenuation(a_b, bb_b, c.bbw_b, 0), attenuation(a_g, bb_g, c.bbw_g, 0), attenuation(a_r, bb_r, c.bbw_r, 0)]
    assert made == pytest.approx([vector.expected[f"Kd_{band}"] for band in "BGR"], rel=1e-8)


@pytest.mark.parametrize("platform", TABLES)
def test_every_platform_sees_clear_and_turbid_water_alike(platform: str) -> None:
    bound = bound_of(PRODUCT, RECIPE, scene_of(platform))
    clear, turbid = plain(bound, [0.0157, 0.0126, 0.0019])[0], plain(bound, [0.0267, 0.044, 0.0377])[0]
    assert 7 < clear < 11
    assert 0.6 < turbid < 1.0


def test_red_that_does_not_fit_is_replaced_and_marked() -> None:
    green = 0.01
    limit = 20 * green**1.5
    assert plausible_red(0.008, green, limit) == limit
    assert plausible_red(0.008, green, -0.001) == pytest.approx(0.182 * green)
    replaced = 1.27 * green**1.47 + 0.00018 * 0.8**-3.19
    assert plausible_red(0.008, green, limit * 1.01) == pytest.approx(replaced)
    assert red_is_plausible(green, limit) == 1
    pixels = [[PI * 0.008, PI * green, PI * red] for red in (0.004, -0.001, limit * 1.01)]
    (values,), flags = stored(L8, pixels)
    assert np.isfinite(values).all()
    assert ((flags & Flag.LOW_CONFIDENCE.bit) > 0).tolist() == [False, True, True]


def test_the_replacement_follows_the_sign_of_l2gen() -> None:
    """Blue over green to the power -3.19: a greener pixel gets more red, not less."""
    bluish, greenish = plausible_red(0.02, 0.01, 1.0), plausible_red(0.005, 0.01, 1.0)
    assert greenish > bluish


@pytest.mark.parametrize("pixel", [[0.0, 0.02, 0.01], [-0.001, 0.02, 0.01], [0.02, 0.0, 0.01], [0.02, -0.01, 0.0]])
def test_no_value_without_blue_or_green(pixel: list[float]) -> None:
    assert np.isnan(plain(L8, pixel)[0])


PLATFORM = {"TM": "landsat-5", "ETM+": "landsat-7", "OLI": "landsat-8", "OLI2": "landsat-9"}


@pytest.mark.shared
@pytest.mark.parametrize(("kind", "error"), [("satellite", 47), ("insitu", 41)])
def test_landsat_match_ups(shared: Path, kind: str, error: float) -> None:
    made: list[float] = []
    seen: list[float] = []
    with (shared / "data" / "insitu_landsat_matchups" / "matchups_half.csv").open() as stream:
        for row in csv.DictReader(stream):
            if row["secchi"] != "NA":
                bound = bound_of(PRODUCT, RECIPE, scene_of(PLATFORM[row["sensor"]]))
                pixel = [PI * float(row[f"{band}_{kind}"]) for band in ("Blue", "Green", "Red")]
                made.append(stored(bound, [pixel])[0][0][0])
                seen.append(float(row["secchi"]))
    held = np.isfinite(made)
    assert held.sum() >= 333 and len(seen) == 334
    assert mdsa(log_ratio(np.array(made)[held], np.array(seen)[held])) == pytest.approx(error, abs=1)


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
def test_compiled_equals_plain(bound: Any) -> None:
    check_compiled_equals_plain(bound, random_pixels(bound))


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
@given(data=st.data())
def test_any_reflectance(bound: Any, data: st.DataObject) -> None:
    check_semantics(bound, pixels_of(data, bound))
