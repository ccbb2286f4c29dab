"""Geometric medians and the deviations from them against plain float64 code of another kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.spatial.distance import braycurtis, cosine, euclidean

from rs.algorithms import temporal_deviation, temporal_geomedian
from rs.core.jit import jitted

Counts = NDArray[np.int16]
Floats = NDArray[np.float64]

BLANK = np.int16(-32768)
STOP = (1e-3, 1000.0)
seeds = st.integers(0, 2**32 - 1)
dates = st.integers(1, 24)
bands = st.integers(1, 7)


def cube_of(seed: int, band: int, number: int, pixels: int) -> Counts:
    """Counts [bands, dates, pixels] of a spectrum with brightness, noise and clouds; some dates do not count."""
    random = np.random.default_rng(seed)
    base = random.uniform(-200, 4000, (band, 1, pixels))
    values = base * random.normal(1.0, 0.1, (1, number, pixels)) + random.normal(0, 60, (band, number, pixels))
    cloudy = random.random((number, pixels)) < 0.15
    values += cloudy * random.uniform(500, 6000, (number, pixels))
    cube = np.rint(values).astype(np.int16)
    cube[:, random.random((number, pixels)) < random.choice([0.0, 0.3, 1.0])] = BLANK
    return cube


def geomedian(cube: Counts, stop: tuple[float, float] = STOP) -> tuple[Floats, NDArray[np.uint16]]:
    """Geometric medians [bands, pixels] and how many dates count, by the compiled code."""
    out, count = np.empty((cube.shape[0], cube.shape[2])), np.empty(cube.shape[2], np.uint16)
    jitted(temporal_geomedian.geomedian)(np.ascontiguousarray(cube), BLANK, np.array(stop), out, count)
    return out, count


def held(cube: Counts, pixel: int) -> Floats:
    """Spectra [dates, bands] of a pixel that count."""
    here = cube[:, :, pixel].T
    return here[(here != BLANK).all(axis=1)].astype(np.float64)


def total(spectra: Floats, place: Floats) -> float:
    """Sum of the distances of spectra from a place."""
    return float(np.linalg.norm(spectra - place, axis=1).sum())


def least(spectra: Floats) -> float:
    """The least sum of distances, by scipy from several starts, and at the spectra themselves."""
    starts = [spectra.mean(axis=0), np.median(spectra, axis=0)]
    found = [minimize(lambda y: total(spectra, y), s, method="Nelder-Mead",
                      options={"xatol": 1e-4, "fatol": 1e-7, "maxiter": 4000}).fun for s in starts]  # fmt: skip
    return min(*found, *(total(spectra, x) for x in spectra))


def optimal(spectra: Floats, place: Floats, tolerance: float) -> bool:
    """Whether the sum of distances is stationary within a tolerance: the pull at the place, less what stays there."""
    apart = spectra - place
    lengths = np.linalg.norm(apart, axis=1)
    away = lengths > 1e-6
    pull = np.linalg.norm((apart[away] / lengths[away, None]).sum(axis=0))
    return bool(pull <= (~away).sum() + tolerance)


@settings(max_examples=25)
@given(seed=seeds, band=bands, number=dates, pixels=st.sampled_from([1, 3, 40, 300]))
def test_no_place_is_nearer_to_all_dates(seed: int, band: int, number: int, pixels: int) -> None:
    """The distances are no more than those of many plain steps, or of any date, to a hundredth of a count."""
    cube = cube_of(seed, band, number, pixels)
    found, count = geomedian(cube)
    for pixel in range(0, pixels, 50):
        spectra = held(cube, pixel)
        assert count[pixel] == len(spectra)
        if not len(spectra):
            assert np.isnan(found[:, pixel]).all()
            continue
        assert total(spectra, found[:, pixel]) <= total(spectra, weiszfeld(spectra)) + 1e-2


def weiszfeld(spectra: Floats) -> Floats:
    """Plain steps from the mean, in float64, for as long as they lead nearer."""
    place = spectra.mean(axis=0)
    for _ in range(200):
        lengths = np.linalg.norm(spectra - place, axis=1)
        if (lengths == 0).any():
            break
        place = (spectra / lengths[:, None]).sum(axis=0) / (1 / lengths).sum()
    return min([place, *spectra], key=lambda one: total(spectra, one))


@settings(max_examples=10)
@given(seed=seeds, number=st.integers(3, 12))
def test_scipy_finds_nothing_better(seed: int, number: int) -> None:
    cube = cube_of(seed, 3, number, 1)
    spectra = held(cube, 0)
    if len(spectra):
        assert total(spectra, geomedian(cube)[0][:, 0]) <= least(spectra) + 1e-2


@settings(max_examples=20)
@given(seed=seeds, band=bands, number=dates, data=st.data())
def test_neighbours_and_cuts_do_not_matter_and_order_hardly(seed: int, band: int, number: int, data: Any) -> None:
    cube = cube_of(seed, band, number, 400)
    whole, _ = geomedian(cube)
    cut = data.draw(st.integers(1, 399))
    parts = [geomedian(part)[0] for part in (cube[:, :, :cut], cube[:, :, cut:])]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), whole)
    order = data.draw(st.permutations(range(number)))
    turned, _ = geomedian(cube[:, list(order)])
    for pixel in range(0, 400, 40):
        spectra = held(cube, pixel)
        if len(spectra):
            assert total(spectra, turned[:, pixel]) == pytest.approx(total(spectra, whole[:, pixel]), abs=1e-2)


def test_places_that_are_known() -> None:
    """One date is itself, two their mean, a middle one on a line itself, equal ones themselves, corners the centre."""
    cases = {
        ((5, 7),): (5, 7),
        ((0, 0), (10, 20)): (5, 10),
        ((0, 0), (1, 1), (100, 100)): (1, 1),
        ((3, 4), (3, 4), (3, 4)): (3, 4),
        ((0, 0), (0, 10), (10, 0), (10, 10)): (5, 5),
        ((9, 9), (9, 9), (9, 9), (0, 0), (100, -50)): (9, 9),
        ((-300, 4), (300, 4), (0, 4), (1, 4), (-1, 4)): (0, 4),
    }
    for spectra, place in cases.items():
        found, count = geomedian(np.array(spectra, np.int16).T[:, :, None])
        assert count[0] == len(spectra)
        np.testing.assert_allclose(found[:, 0], place, atol=0.01, err_msg=str(spectra))


def test_the_middle_of_a_triangle_sees_its_sides_at_120_degrees() -> None:
    corners = np.array([[0, 0], [4000, 300], [1200, 3000]], np.int16)
    found, _ = geomedian(corners.T[:, :, None])
    ways = [(corner - found[:, 0]) / np.linalg.norm(corner - found[:, 0]) for corner in corners.astype(float)]
    for one, other in ((0, 1), (1, 2), (2, 0)):
        assert np.dot(ways[one], ways[other]) == pytest.approx(-0.5, abs=1e-5)


def test_more_steps_and_a_shorter_last_one_come_nearer() -> None:
    cube = cube_of(5, 3, 6, 200)
    exact, _ = geomedian(cube, (1e-9, 1e5))
    rough, _ = geomedian(cube, (10.0, 1000.0))
    few, _ = geomedian(cube, (1e-3, 2.0))
    usual, _ = geomedian(cube)
    off = [np.nanmean(np.abs(made - exact)) for made in (usual, rough, few)]
    assert off[0] < 0.1 < min(off[1:])
    for pixel in range(200):
        spectra = held(cube, pixel)
        assert len(spectra) == 0 or optimal(spectra, exact[:, pixel], 1e-4)


def deviations(cube: Counts, centre: Floats) -> Floats:
    """Distances [3, dates, pixels] by the compiled code."""
    out = np.empty((3, *cube.shape[1:]))
    jitted(temporal_deviation.distances)(np.ascontiguousarray(cube), BLANK, np.ascontiguousarray(centre), out)
    return out


@settings(max_examples=15)
@given(seed=seeds, band=bands, number=st.integers(1, 8), pixels=st.sampled_from([1, 30, 1100]))
def test_distances_are_scipys(seed: int, band: int, number: int, pixels: int) -> None:
    cube = cube_of(seed, band, number, pixels)
    centre, _ = geomedian(cube)
    found = deviations(cube, np.nan_to_num(centre))
    for pixel in range(0, pixels, 100):
        for date in range(number):
            one, middle = cube[:, date, pixel], np.nan_to_num(centre[:, pixel])
            if one[0] == BLANK:
                assert (found[:, date, pixel] == temporal_deviation.NONE).all()
            elif one.any() and middle.any():
                spectrum = one.astype(np.float64)
                expected = [measure(spectrum, middle) for measure in (euclidean, cosine, braycurtis)]
                np.testing.assert_allclose(found[:, date, pixel], expected, rtol=1e-9, atol=1e-9)


def test_spectra_of_zeros_have_distances_too() -> None:
    cube = np.array([[[0, 0, 7]], [[0, 0, 0]]], np.int16)
    centre = np.array([[0.0, 3.0, 0.0], [0.0, 4.0, 0.0]])
    np.testing.assert_array_equal(deviations(cube, centre)[:, 0], [[0, 5, 7], [0, 1, 1], [0, 1, 1]])


def test_a_vector_worked_out_beside_this_code() -> None:
    """Weiszfeld to 1e-14 in reflectance, five dates and three bands; counts of 1e-5 here."""
    spectra = [[0.1, 0.2, 0.3], [0.12, 0.22, 0.28], [0.11, 0.19, 0.31], [0.5, 0.6, 0.7], [0.09, 0.21, 0.33]]
    cube = np.rint(np.array(spectra).T[:, :, None] * 4e4).astype(np.int16)
    centre, _ = geomedian(cube, (1e-6, 1000.0))
    np.testing.assert_allclose(centre[:, 0] / 4e4, [0.1066325476, 0.2034909062, 0.3077600392], atol=1e-8)
    straight, turned, shared = np.median(deviations(cube, centre)[:, :, 0], axis=1)
    assert straight / 4e4 == pytest.approx(0.02852412659, rel=1e-6)
    assert turned == pytest.approx(0.001665909001, rel=1e-5)
    assert shared == pytest.approx(0.03636685834, rel=1e-6)
