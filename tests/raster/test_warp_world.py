"""Places: how far the lattice is off, poles, the antimeridian, where projections end or fold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Transformer
from warping import exact, reference, warped

from rs.core.grid import Block, Grid, Shape, Transform
from rs.errors import UsageError
from rs.raster.lattice import FINE, NOISE, Lattice
from rs.raster.mapping import Mapping
from rs.raster.warp import Method, Warp

Floats = NDArray[np.float64]


def grid(crs: str, pixel: float, left: float, top: float, rows: int, cols: int) -> Grid:
    return Grid(crs, Transform(pixel, 0.0, left, 0.0, -pixel, top), Shape(rows, cols))


def places_of(mapping: Mapping, block: Block) -> tuple[Floats, int]:
    """Places of a block by the lattice, and how many of them are exact ones."""
    cover = Lattice(mapping, corners=False).cover(block)
    found = np.full((2, block.height, block.width), np.inf)
    for part in cover.parts():
        rows, cols = part.places.shape[1:]
        found[:, part.row : part.row + rows, part.col : part.col + cols] = part.places
    return found, sum(part.places[0].size for part in cover.exact)


WORLD = grid("EPSG:4326", 0.5, -180.0, 90.0, 360, 720)
PAIRS = {
    "zones": (grid("EPSG:32633", 10, 3e5, 5.2e6, 9000, 9000), grid("EPSG:32634", 10, -1.5e5, 5.2e6, 700, 700)),
    "coarse pixels": (grid("EPSG:32650", 500, 3e5, 4.6e6, 300, 300), grid("EPSG:4490", 0.005, 115.0, 41.0, 400, 500)),
    "global to polar": (WORLD, grid("EPSG:3413", 25_000, -4e6, 4e6, 300, 300)),
    "polar to global": (grid("EPSG:3413", 25_000, -4e6, 4e6, 300, 300), WORLD),
    "azimuthal": (grid("EPSG:3035", 10, 4.3e6, 3.3e6, 500, 500), grid("EPSG:32632", 10, 496_000, 5.5e6, 500, 500)),
    "sinusoidal": (grid("+proj=sinu +R=6371007", 500, 1e6, 5.4e6, 900, 900), grid("EPSG:32633", 500, 3e5, 5e6, 9, 99)),
    "zone to global": (grid("EPSG:32633", 5000, 0.0, 9e6, 1800, 200), WORLD),
    "across 180 degrees": (WORLD, grid("EPSG:32660", 5000, 6e5, 5e5, 100, 100)),
}  # fmt: skip


@pytest.mark.parametrize("source, target", PAIRS.values(), ids=PAIRS)
def test_the_lattice_is_within_its_bound(source: Grid, target: Grid) -> None:
    block = Block(0, 0, min(target.shape.rows, 300), min(target.shape.cols, 400))
    mapping = Mapping(source, target)
    made, _ = places_of(mapping, block)
    wanted = exact(source, Grid(target.crs, target.transform, Shape(block.height, block.width)))
    inside = np.isfinite(wanted).all(axis=0) & np.isfinite(made).all(axis=0)
    if mapping.period:
        with np.errstate(invalid="ignore"):
            wanted[0] -= mapping.period * np.rint((wanted[0] - made[0]) / mapping.period)
    assert inside.any()
    assert np.abs(made - wanted)[:, inside].max() <= 2 * FINE
    with np.errstate(invalid="ignore"):
        x, y = wanted
        within = (x >= 0) & (y >= 0) & (x < source.shape.cols) & (y < source.shape.rows)
    assert not (within & ~inside).any()


def test_smooth_places_need_few_exact_ones() -> None:
    source, target = PAIRS["zones"]
    assert places_of(Mapping(source, target), Block(100, 100, 500, 500))[1] == 0


def test_where_the_projection_is_rough_the_bound_is_wider() -> None:
    source, target = PAIRS["azimuthal"]
    back = Grid(source.crs, source.transform, Shape(300, 300))
    made, exactly = places_of(Mapping(target, back), back.whole)
    wanted = exact(target, back)
    assert exactly < 0.05 * made[0].size
    assert np.abs(made - wanted).max() <= NOISE


@given(lon=st.sampled_from([179.9, -179.9, 180.0]), left=st.sampled_from([-180.0, 0.0, 170.0, -190.0]),
       method=st.sampled_from([Method.BILINEAR, Method.CUBIC]))  # fmt: skip
@settings(max_examples=12)
def test_longitudes_go_on_across_the_antimeridian(lon: float, left: float, method: Method) -> None:
    """A source in degrees holds a smooth field; wherever it counts longitudes from, its values come out."""
    cols = 720 if left in (-180.0, 0.0) else 60
    source = grid("EPSG:4326", 0.5, left, 30.0, 120, cols)
    lons = left + 0.5 * (np.arange(cols) + 0.5)
    lats = 30.0 - 0.5 * (np.arange(120) + 0.5)
    field = 100.0 * np.cos(np.radians(lons))[None, :] + lats[:, None]
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:32660", always_xy=True).transform(lon, 5.0)
    target = grid("EPSG:32660", 10_000, x - 2e5, y + 2e5, 40, 40)
    made = warped(Warp(source, target, method), field, ())
    t = target.transform
    rows, columns = np.mgrid[0:40, 0:40] + 0.5
    at = Transformer.from_crs("EPSG:32660", "EPSG:4326", always_xy=True).transform(
        t.c + t.a * columns, t.f + t.e * rows
    )
    there = 100.0 * np.cos(np.radians(at[0])) + at[1]
    # at the ends of a grid that goes around the world the nearest pixel stands in for what lies beyond
    assert np.isfinite(made).all()
    assert np.abs(made - there).max() < 0.02


def test_a_projected_source_may_reach_beyond_the_antimeridian() -> None:
    source = grid("EPSG:3857", 5000, 1.9e7, 6e5, 120, 600)
    counts = np.random.default_rng(1).integers(0, 9000, source.shape).astype(np.uint16)
    target = grid("EPSG:4326", 0.05, 179.0, 4.0, 100, 60)
    made = warped(Warp(source, target, Method.BILINEAR), counts, (65535.0,))
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform(
        179.0 + 0.05 * (np.arange(60) + 0.5) - 90.0, 4.0 - 0.05 * (np.arange(100)[:60] + 0.5)
    )
    cols = (x + 20037508.342789244 / 2 - 1.9e7) / 5000
    rows = (6e5 - y) / 5000
    wanted = reference(counts.astype(float), np.stack(np.meshgrid(cols, rows)), Method.BILINEAR)
    assert np.abs(made[:60] - wanted).max() <= 0.5 + 1e-3


def test_an_average_takes_part_at_both_ends_of_the_world() -> None:
    source = grid("EPSG:4326", 1.0, -180.0, 10.0, 20, 360)
    values = np.zeros(source.shape)
    values[:, :2], values[:, -2:] = 10.0, 30.0
    target = grid("EPSG:3857", 400_000, 20037508.342789244 - 2e5, 4e5, 2, 1)
    made = warped(Warp(source, target, Method.AVERAGE), values, ())
    shares = np.array([[30.0, 10.0]]).mean()
    assert made == pytest.approx(shares, rel=1e-9)


@pytest.mark.parametrize("method", [Method.NEAREST, Method.BILINEAR, Method.CUBIC])
def test_a_pole_is_a_place_like_others(method: Method) -> None:
    target = grid("EPSG:3413", 25_000, -4e5 - 12_500, 4e5 + 12_500, 33, 33)
    lats = 90.0 - 0.5 * (np.arange(360) + 0.5)
    field = np.repeat(lats[:, None], 720, axis=1)
    made = warped(Warp(WORLD, target, method), field, ())
    there = exact(WORLD, target)[1]
    assert np.isfinite(made).all()
    assert np.abs(made - (90.0 - 0.5 * there)).max() <= 0.2501


def test_an_average_around_a_pole_is_refused_and_named() -> None:
    target = grid("EPSG:3413", 25_000, -4e5 - 12_500, 4e5 + 12_500, 33, 33)
    with pytest.raises(UsageError, match="pixel 16, 16 of the target goes around a pole") as caught:
        warped(Warp(WORLD, target, Method.AVERAGE), np.ones(WORLD.shape), ())
    assert "bilinear" in caught.value.remedy


def test_what_folds_back_is_outside() -> None:
    """Far from its area the New Zealand grid gives the same place for points an ocean apart."""
    source = grid("EPSG:27200", 5000, 2e6, 6.8e6, 300, 300)
    made = warped(Warp(source, WORLD, Method.NEAREST), np.ones(source.shape, np.uint8), (0.0,))
    rows, cols = np.nonzero(made)
    assert rows.size > 100
    longitudes = (0.5 * cols - 180.0) % 360.0
    assert longitudes.min() > 160.0 and longitudes.max() < 190.0
    assert 90.0 - 0.5 * rows.min() < -30.0
    with np.errstate(invalid="ignore"):
        x, y = exact(source, WORLD)
        folded = (x >= 0) & (y >= 0) & (x < 300) & (y < 300) & (made == 0)
    assert folded.any()


def test_pixels_outside_the_projection_have_no_value() -> None:
    target = grid("+proj=ortho +lat_0=40 +lon_0=10", 200_000, -8e6, 8e6, 80, 80)
    made = warped(Warp(WORLD, target, Method.BILINEAR), np.ones(WORLD.shape, np.float32), ())
    rows, cols = np.mgrid[0:80, 0:80] - 39.5
    away = np.hypot(rows, cols) * 0.2
    assert np.isnan(made[away > 6.4]).all()
    assert np.isfinite(made[away < 6.2]).all()


@pytest.mark.parametrize("crs", ["EPSG:999999", "not a system"])
def test_unknown_reference_systems_are_named(crs: str) -> None:
    here = grid("EPSG:32633", 10, 0.0, 0.0, 4, 4)
    other = Grid(crs, here.transform, here.shape)
    with pytest.raises(UsageError, match=f"of the target is not known to PROJ: {crs}"):
        Warp(here, other, Method.NEAREST)
    with pytest.raises(UsageError, match="of the source"):
        Warp(other, here, Method.NEAREST)


def test_systems_without_a_way_between_are_refused() -> None:
    moon = 'GEOGCRS["Moon",DATUM["D",ELLIPSOID["Moon",1737400,0,LENGTHUNIT["metre",1]]],PRIMEM["Reference",0],CS[ellipsoidal,2],AXIS["lon",east],AXIS["lat",north],ANGLEUNIT["degree",0.0174532925199433]]'  # noqa: E501
    with pytest.raises(UsageError, match="no way from EPSG:4326 to"):
        Warp(Grid(moon, WORLD.transform, WORLD.shape), WORLD, Method.NEAREST)
