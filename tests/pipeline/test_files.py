"""Files of a result: valid COGs that say what they hold, exact statistics, flags, lineage, pictures."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from PIL import Image
from producing import counts_in, path_of, result_of, values_in
from rio_cogeo.cogeo import cog_validate
from shapely.geometry import shape

from rs.core.bands import NOT_CLEAR, Quality
from rs.core.result import Outcome, Result
from rs.core.slot import canonical_json, sha256_of
from rs.pipeline import picture
from rs.products import products
from rs.raster.cog import content_digest

NAMES = sorted(products())


@pytest.fixture(params=NAMES)
def result(request: pytest.FixtureRequest, parana: dict[str, Outcome], warm: Outcome) -> Result:
    """Each product, of the Parana scene or, where that has no band for it, of the synthetic one."""
    return result_of(parana.get(request.param, warm))


def test_digests_and_sizes_are_those_of_the_files(result: Result) -> None:
    for file in result.files:
        path = os.path.join(result.staging, file.name)
        assert (file.digest, file.size) == (sha256_of(path), os.path.getsize(path))
        assert file.content == (content_digest(path) if file.name.endswith(".tif") else file.digest)
        assert file.roles


def test_rasters_are_valid_cogs_on_the_grid(result: Result) -> None:
    for file in [f for f in result.files if f.name.endswith(".tif")]:
        path = os.path.join(result.staging, file.name)
        assert cog_validate(path, strict=True, quiet=True) == (True, [], [])
        with rasterio.open(path) as dataset:
            assert (dataset.shape, dataset.transform[:6]) == (tuple(result.grid.shape), tuple(result.grid.transform))


def test_layers_say_unit_scale_and_name(result: Result) -> None:
    for layer in result.product.layers:
        with rasterio.open(path_of(result, layer.name)) as dataset:
            assert dataset.dtypes == (layer.dtype,)
            assert (dataset.scales, dataset.offsets) == ((layer.scale,), (layer.offset,))
            assert (dataset.units, dataset.descriptions) == ((layer.unit,), (layer.title,))
            assert dataset.nodata == layer.nodata


def test_statistics_are_those_of_the_stored_values(result: Result) -> None:
    for layer in result.product.layers:
        values = values_in(result, layer.name)
        held, found = values[~np.isnan(values)], result.statistics[layer.name]
        assert found.count == held.size
        assert (found.minimum, found.maximum) == (held.min(), held.max())
        assert found.mean == pytest.approx(held.mean(), rel=1e-12)
        assert found.stddev == pytest.approx(held.std(), rel=1e-9)
        assert found.median == np.sort(held)[(held.size - 1) // 2]
        assert layer.valid[0] <= found.minimum <= found.maximum <= layer.valid[1]
        with rasterio.open(path_of(result, layer.name)) as dataset:
            tags = {k.removeprefix("STATISTICS_").lower(): float(v) for k, v in dataset.tags(1).items()}
        assert tags["mean"] * layer.scale + layer.offset == pytest.approx(found.mean, rel=1e-9)
        assert set(tags) == {"minimum", "maximum", "mean", "stddev"}


def test_classes_are_counted(result: Result) -> None:
    for layer in [x for x in result.product.layers if x.classes]:
        counts = counts_in(result, layer.name)
        meant = {c.name: int((counts == c.value).sum()) for c in layer.classes}
        assert result.class_counts[layer.name] == meant
        assert sum(meant.values()) == result.statistics[layer.name].count


def test_fractions_and_footprint_follow_from_the_pixels(result: Result) -> None:
    main, quality = counts_in(result, result.product.name), counts_in(result, "quality")
    assert result.valid_fraction == (main != result.product.layers[0].nodata).mean()
    measured = (quality & np.uint16(Quality.NODATA)) == 0
    clear = (quality & np.uint16(NOT_CLEAR)) == 0
    assert result.clear_fraction == clear.sum() / measured.sum()
    outline = shape(dict(result.footprint))
    assert outline.is_valid
    box = result.grid.geobox.geographic_extent.geom
    seen = outline.intersection(shapely.from_wkt(box.wkt)).area
    assert seen == pytest.approx(box.area * measured.mean(), rel=0.01)


def test_flags_tell_pixels_that_were_refused(parana: dict[str, Outcome]) -> None:
    result = result_of(parana["turbidity"])
    flags, counts = counts_in(result, "flags"), counts_in(result, "turbidity")
    found = result.statistics["turbidity"]
    assert int((flags == 1).sum()) == found.below + found.above > 0
    assert (counts[flags == 1] == 65535).all()
    assert (flags[counts != 65535] == 0).all()
    water = (counts_in(result, "quality") & np.uint16(Quality.WATER)) != 0
    assert ((flags == 255) == ~water).all()


def test_a_product_without_flagged_pixels_writes_no_flags(parana: dict[str, Outcome]) -> None:
    assert "flags" not in {file.asset for file in result_of(parana["water_extent"]).files}


def test_lineage_is_canonical_and_names_all_that_made_it(result: Result) -> None:
    body = Path(path_of(result, "lineage")).read_bytes()
    said = json.loads(body)
    assert canonical_json(said) == body
    assert (said["slot"], said["key"], said["recipe"]) == (result.slot, result.key, result.recipe)
    assert said["inputs"] == dict(result.inputs)
    assert said["formulas"] == result.product.digest
    assert said["notes"] == list(result.notes)
    assert os.getcwd() not in body.decode()


def test_pictures_show_the_layer(result: Result) -> None:
    layer = result.product.layers[0]
    with Image.open(path_of(result, "quicklook")) as sheet, Image.open(path_of(result, "thumbnail")) as small:
        assert (sheet.format, small.format, small.mode) == ("PNG", "PNG", "RGBA")
        assert max(small.size) <= picture.THUMBNAIL_SIDE
        assert sheet.size[1] > result.grid.shape.rows + picture.LEGEND_HEIGHT
        pixels = np.asarray(small)
    empty = counts_in(result, layer.name) == layer.nodata
    assert (pixels[empty][:, 3] == 0).all()
    assert (pixels[~empty][:, 3] == 255).all()


def test_colours_follow_the_layer() -> None:
    ndvi, extent = (products()[name].layers[0] for name in ("ndvi", "water_extent"))
    shown = ndvi.shown or ndvi.valid
    ends = np.array([[ndvi.count(shown[0]), ndvi.count(shown[1]), ndvi.nodata, ndvi.count(ndvi.valid[0])]])
    colours = [tuple(c) for c in picture.coloured(ends, ndvi)[0]]
    assert colours[0] == colours[3] == (*picture.rgb(ndvi.colours[0]), 255)
    assert colours[1] == (*picture.rgb(ndvi.colours[-1]), 255)
    assert colours[2] == picture.EMPTY
    classes = picture.coloured(np.array([[0, 1, 2, 255]], np.uint8), extent)[0]
    assert [tuple(c) for c in classes] == [(*picture.rgb(c.colour), 255) for c in extent.classes] + [picture.EMPTY]
