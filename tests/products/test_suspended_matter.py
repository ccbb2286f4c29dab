"""Suspended matter: vectors, bands by water type, switch, saturation, and why each sensor has its default."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from product_vectors import Vector, expected, product_vectors
from recipes import (
    TABLES,
    bound_of,
    check_compiled_equals_plain,
    check_semantics,
    check_vector,
    pixels_of,
    plain,
    random_pixels,
    recipe_of,
    recipes_of,
    scene_of,
    stored,
)

from rs.core.product import Flag, Maturity
from rs.products.suspended_matter import PRODUCT, reference_band
from rs.validation.metrics import log_ratio, mdsa

SWITCH = recipe_of(PRODUCT, "suspended_matter")
JIANG = recipe_of(PRODUCT, "suspended_matter_jiang")
RED = recipe_of(PRODUCT, "suspended_matter_red")


ONE_BAND = (
    "SPM_nechad2010_665", "SPM_nechad2010_655", "SPM_nechad2010_865", "SPM_nechad2016_MSI_B4", "SPM_nechad2016_OLI_B4"
)  # fmt: skip


@pytest.mark.parametrize("vector", product_vectors(*ONE_BAND), ids=lambda v: v.formula)
def test_vector_of_one_band(vector: Vector) -> None:
    table = {"a": vector.inputs["A"], "c": vector.inputs["C"]}
    bound = bound_of(PRODUCT, RED, scene_of("sentinel-2a", suspended_matter_red=table))
    check_vector(bound, [vector.inputs["rho_w"]], [expected(vector)], vector.tolerance)


@pytest.mark.parametrize(
    ("formula", "platform"),
    [("SPM_nechad2010_665", "sentinel-2a"), ("SPM_nechad2010_655", "landsat-8"), ("SPM_nechad2010_655", "landsat-7")],
)
def test_coefficients_of_platforms_are_those_of_the_vectors(formula: str, platform: str) -> None:
    (vector,) = product_vectors(formula)
    bound = bound_of(PRODUCT, RED, scene_of(platform))
    check_vector(bound, [vector.inputs["rho_w"]], [expected(vector)], vector.tolerance)


@pytest.mark.parametrize("vector", product_vectors("novoa_switch_nechad"), ids=lambda v: str(v.inputs["rho_red"]))
def test_vector_of_the_switch(vector: Vector) -> None:
    pixel = [vector.inputs["rho_red"], vector.inputs["rho_nir"]]
    check_vector(bound_of(PRODUCT, SWITCH), pixel, [expected(vector)], vector.tolerance)


@pytest.mark.parametrize("vector", product_vectors("jiang2023"), ids=lambda v: str(v.expected["band"]))
def test_vector_of_jiang(vector: Vector) -> None:
    rrs = [vector.inputs[f"Rrs{nm}"] for nm in (443, 490, 560, 665, 740, 865)]
    check_vector(bound_of(PRODUCT, JIANG), [np.pi * r for r in rrs], [vector.expected["TSS"]], vector.tolerance)
    r665 = rrs[3]
    r620 = 169.3846 * r665**3 - 15.57556 * r665**2 + 1.316727 * r665 + 1.484814e-4
    assert reference_band(rrs[1], rrs[2], r620, rrs[4]) == vector.expected["band"]


@pytest.mark.parametrize(
    ("blue", "green", "orange", "rededge", "band"),
    [
        (0.006, 0.005, 0.002, 0.0, 560), (0.005, 0.006, 0.002, 0.0, 665), (0.010, 0.020, 0.015, 0.009, 740),
        (0.010, 0.020, 0.015, 0.011, 865), (0.005, 0.020, 0.015, 0.009, 740), (0.020, 0.030, 0.025, 0.019, 740),
    ],
)  # fmt: skip
def test_bands_by_water_type(blue: float, green: float, orange: float, rededge: float, band: float) -> None:
    assert reference_band(blue, green, orange, rededge) == band


@pytest.mark.parametrize("edge", [0.08, 0.12])
def test_the_switch_has_no_step(edge: float) -> None:
    bound = bound_of(PRODUCT, SWITCH)
    below, above = plain(bound, [edge - 1e-9, 0.05])[0], plain(bound, [edge + 1e-9, 0.05])[0]
    assert below == pytest.approx(above, rel=1e-6)


def test_saturated_bands_give_no_value() -> None:
    bound = bound_of(PRODUCT, SWITCH)
    assert np.isnan(plain(bound, [0.2, 0.2115])[0])
    assert np.isnan(plain(bound_of(PRODUCT, RED), [0.1728])[0])


def test_negative_reflectance_is_out_of_range_not_zero() -> None:
    (values,), flags = stored(bound_of(PRODUCT, SWITCH), [[-0.002, 0.0]])
    assert np.isnan(values[0])
    assert flags[0] & Flag.OUT_OF_RANGE.bit


def test_dark_blue_gives_no_value() -> None:
    bound = bound_of(PRODUCT, JIANG)
    assert np.isnan(plain(bound, [-0.01, 0.005, 0.02, 0.001, 0.0, 0.0])[0]), "coastal and blue cancel"
    assert np.isnan(plain(bound, [0.01, -0.002, -0.003, 0.001, 0.0, 0.0])[0]), "blue negative"


def test_what_does_not_beat_a_constant_is_marked_everywhere() -> None:
    assert PRODUCT.maturity is Maturity.EXPERIMENTAL
    for recipe in PRODUCT.recipes:
        bound = bound_of(PRODUCT, recipe)
        _, flags = stored(bound, random_pixels(bound, 40))
        assert np.all(flags & Flag.LOW_CONFIDENCE.bit)


def test_default_by_sensor() -> None:
    first = {name: next(r.name for r in PRODUCT.recipes if r.formula_name in table) for name, table in TABLES.items()}
    both = "novoa2017"
    red = "nechad2010_red"
    assert first == {
        "sentinel-2a": both, "sentinel-2b": both, "sentinel-2c": both, "landsat-8": both, "landsat-9": both,
        "landsat-4": red, "landsat-5": red, "landsat-7": red,
    }  # fmt: skip


PLATFORM = {"TM": "landsat-5", "ETM+": "landsat-7", "OLI": "landsat-8", "OLI2": "landsat-9"}


@pytest.mark.shared
def test_landsat_defaults_rank_best_on_match_ups(shared: Path) -> None:
    made: dict[tuple[str, bool], list[tuple[float, float]]] = defaultdict(list)
    with (shared / "data" / "insitu_landsat_matchups" / "matchups_half.csv").open() as stream:
        for row in csv.DictReader(stream):
            if row["tss"] == "NA":
                continue
            platform = PLATFORM[row["sensor"]]
            red, nir = np.pi * float(row["Red_satellite"]), np.pi * float(row["NIR_satellite"])
            one = plain(bound_of(PRODUCT, RED, scene_of(platform)), [red])[0]
            table = TABLES["landsat-8"]["suspended_matter"]
            two = plain(bound_of(PRODUCT, SWITCH, scene_of(platform, suspended_matter=table)), [red, nir])[0]
            oli = row["sensor"].startswith("OLI")
            made["red", oli].append((one, float(row["tss"])))
            made["switch", oli].append((two, float(row["tss"])))
    error = {key: _error(pairs) for key, pairs in made.items()}
    assert error["switch", True] < error["red", True], "OLI: the switch"
    assert error["switch", False] > error["red", False], "TM and ETM+: red alone"
    assert round(error["switch", True]) == 83
    assert round(error["red", False]) == 110


def _error(pairs: list[tuple[float, float]]) -> float:
    made, seen = zip(*((a, b) for a, b in pairs if a > 0), strict=True)
    return mdsa(log_ratio(made, seen))


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
def test_compiled_equals_plain(bound: Any) -> None:
    check_compiled_equals_plain(bound, random_pixels(bound))


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
@given(data=st.data())
def test_any_reflectance(bound: Any, data: st.DataObject) -> None:
    check_semantics(bound, pixels_of(data, bound))
