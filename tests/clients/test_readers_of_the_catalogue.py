"""The catalogue through the tools of its users: pystac-client, odc-stac, rioxarray, rio-cogeo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import odc.stac
import pystac
import pystac_client
import pytest
import rasterio
import rioxarray
from rio_cogeo.cogeo import cog_validate

# a static catalogue is no API: pystac-client says so and reads it with pystac
pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("ignore::pystac_client.warnings.PystacClientWarning")]


def open_catalog(published: Path) -> pystac_client.Client:
    """The static catalogue."""
    return pystac_client.Client.open(str(published / "index" / "catalog.json"))


def items_of(published: Path, product: str) -> list[pystac.Item]:
    """Items of a product, by id."""
    return sorted(open_catalog(published).get_child(product).get_items(), key=lambda i: i.id)


def test_every_item_is_found_and_every_href_opens(published: Path) -> None:
    items = list(open_catalog(published).get_items(recursive=True))
    assert len(items) == 9
    for item in items:
        for key, asset in item.assets.items():
            path = Path(asset.get_absolute_href())
            assert path.is_file(), (item.id, key)
            assert asset.extra_fields["file:size"] == path.stat().st_size


def test_all_files_are_strict_cogs(published: Path) -> None:
    files = sorted(published.glob("data/**/*.tif"))
    assert len(files) > 12
    for file in files:
        valid, errors, remarks = cog_validate(str(file), strict=True, quiet=True)
        assert valid and not errors and not remarks, (file, errors, remarks)


def test_rioxarray_reads_scale_unit_and_no_data(published: Path) -> None:
    item = items_of(published, "turbidity")[0]
    array = rioxarray.open_rasterio(item.assets["turbidity"].get_absolute_href(), mask_and_scale=True)
    assert array.attrs["units"] == "FNU"
    assert str(array.rio.crs) == item.properties["proj:code"]
    statistics = item.assets["turbidity"].extra_fields["bands"][0]["statistics"]
    values = array.values[np.isfinite(array.values)]
    assert values.size == statistics["count"]
    assert values.mean() == pytest.approx(statistics["mean"], rel=1e-6)
    assert values.max() == pytest.approx(statistics["maximum"], rel=1e-6)


def test_odc_stac_loads_the_same_pixels(published: Path) -> None:
    for product, asset in (("ndvi", "ndvi"), ("water_extent", "water_extent"), ("turbidity", "quality")):
        for item in items_of(published, product):
            loaded = odc.stac.load([item], bands=[asset], chunks={})[asset].isel(time=0).compute()
            with rasterio.open(item.assets[asset].get_absolute_href()) as dataset:
                assert loaded.shape == dataset.shape
                assert loaded.dtype == dataset.dtypes[0]
                np.testing.assert_array_equal(loaded.values, dataset.read(1))


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_ndvi_agrees_with_ten_lines_of_numpy(published: Path, scenes: Path) -> None:
    folder = scenes / "S2A_33TWM_20230815_0_L2A"
    with rasterio.open(folder / "B04.tif", driver="JP2OpenJPEG") as r, rasterio.open(folder / "B08.tif") as n:
        red, nir = r.read(1).astype(float), n.read(1).astype(float)
    with rasterio.open(folder / "SCL.tif") as s:
        scl = s.read(1)
    clear = np.isin(scl, (4, 5, 6, 7)) & (red > 0) & (nir > 0)
    expected = np.where(clear, (nir - red) / np.where(clear, nir + red, 1), np.nan)
    item = next(i for i in items_of(published, "ndvi") if "33TWM" in i.id)
    array = rioxarray.open_rasterio(item.assets["ndvi"].get_absolute_href(), mask_and_scale=True).values[0]
    np.testing.assert_array_equal(np.isfinite(array), np.isfinite(expected))
    np.testing.assert_allclose(array[clear], expected[clear], atol=0.5001e-4)
    assert np.median(array[scl == 4][np.isfinite(array[scl == 4])]) == pytest.approx(0.836, abs=0.005)
    assert any("already applied to the pixels" in note for note in item.properties["rs:notes"])


def test_turbidity_agrees_with_ten_lines_of_numpy(published: Path, scenes: Path) -> None:
    with rasterio.open(scenes / "S2_parana_20230511" / "20230511.tif") as dataset:
        names = dict(zip(dataset.descriptions, dataset.read().astype(float) * 1e-4 - 0.1, strict=True))
    water = (names["B03"] > names["B11"]) & (names["B02"] < 0.15)
    red, nir = names["B04"] - names["B12"], names["B8A"] - names["B12"]
    with np.errstate(all="ignore"):
        low = np.where(red < 0.1641, 228.1 * red / (1 - red / 0.1641), np.nan)
        high = np.where(nir < 0.2112, 3078.9 * nir / (1 - nir / 0.2112), np.nan)
        share = (red - 0.05) / 0.02
        expected = np.where(red < 0.05, low, np.where(red > 0.07, high, (1 - share) * low + share * high))
    expected[~water | ~(expected >= 0) | ~(expected <= 1000)] = np.nan
    item = next(i for i in items_of(published, "turbidity") if "parana" in i.id)
    array = rioxarray.open_rasterio(item.assets["turbidity"].get_absolute_href(), mask_and_scale=True).values[0]
    np.testing.assert_array_equal(np.isfinite(array), np.isfinite(expected))
    np.testing.assert_allclose(array[np.isfinite(array)], expected[np.isfinite(expected)], atol=0.02501)
