"""Products that are damaged or incomplete: each is refused by name of file and place."""

from __future__ import annotations

from pathlib import Path

import pytest
from made import edit, spec_of, speckled

from rs.core.bands import Band
from rs.errors import BadInput, Contradiction, MissingPart, RsError, UnreadableRaster
from rs.pipeline.prepare import prepare
from rs.readers import open_scene
from rs.testing import write_safe

PRODUCT, TILE = "MTD_MSI*.xml", "GRANULE/*/MTD_TL.xml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A product of Level 2A that a test may damage."""
    spec = spec_of(size=60)
    return write_safe(tmp_path, speckled(spec.extent, side=30), spec)


def metadata(root: Path, pattern: str) -> Path:
    """One of the documents."""
    return next(root.glob(pattern))


@pytest.mark.parametrize(
    "document, pattern, text, kind, words",
    [
        (PRODUCT, "<PROCESSING_BASELINE>.*?</PROCESSING_BASELINE>", "", MissingPart, "tag PROCESSING_BASELINE is miss"),
        (PRODUCT, '<BOA_ADD_OFFSET band_id="3">.*?</BOA_ADD_OFFSET>', "", MissingPart, "BOA_ADD_OFFSET.* B04; basel"),
        (PRODUCT, "<BOA_ADD_OFFSET_VALUES_LIST>.*?</BOA_ADD_OFFSET_VALUES_LIST>", "", MissingPart, "B01, B02, .*05.11"),
        (PRODUCT, 'band_id="3"', 'band_id="77"', BadInput, "tag BOA_ADD_OFFSET: band_id '77' is unknown"),
        (PRODUCT, 'band_id="3">-1000<', 'band_id="3">minus<', BadInput, "tag BOA_ADD_OFFSET: 'minus' is not a number"),
        (PRODUCT, "<BOA_QUANTIFICATION_VALUE.*?</BOA_QUANTIFICATION_VALUE>", "", MissingPart, "BOA_QUANTIFICATION_V"),
        (PRODUCT, ">10000<", ">0<", BadInput, "tag BOA_QUANTIFICATION_VALUE: 0 cannot be"),
        (PRODUCT, "Sentinel-2B", "Sentinel-2E", BadInput, "tag SPACECRAFT_NAME: sentinel-2e is not among sentinel-2a"),
        (PRODUCT, "<SPECIAL_VALUE_TEXT>SATURATED", "<SPECIAL_VALUE_TEXT>ODD", MissingPart, "Special_Values: SATURATED"),
        (PRODUCT, "_T49QGF_N", "_T50QKL_N", MissingPart, "tag IMAGE_FILE: no image of tile 49QGF is listed"),
        (TILE, "<SENSING_TIME.*?</SENSING_TIME>", "", MissingPart, "tag SENSING_TIME is missing"),
        (TILE, "2024-11-05T03", "2024-13-05T03", BadInput, "tag SENSING_TIME: no time in 2024-13"),
        (TILE, "2024-11-05T03", "2094-11-05T03", BadInput, "tag SENSING_TIME: 2094-11-05 is not a time"),
        (TILE, "EPSG:32649", "EPSG:4326", BadInput, "tag HORIZONTAL_CS_CODE: EPSG:4326 is not a UTM zone"),
        (TILE, "<Geoposition resolution=.60.*?</Geoposition>", "", MissingPart, "Geoposition is missing for 60 m"),
        (TILE, "<NROWS>60<", "<NROWS>0<", BadInput, "tag Tile_Geocoding: .*at least one pixel"),
        (TILE, "A040044_T49QGF_N", "A040044_N", BadInput, "tag TILE_ID: no tile in"),
        (TILE, "<VALUES>", "<VALUES>1 ", BadInput, "tag Values_List: 23 rows of unequal or unlikely length"),
    ],
)  # fmt: skip
def test_tags_that_lack_or_lie_are_named(
    root: Path, document: str, pattern: str, text: str, kind: type[RsError], words: str
) -> None:
    path = metadata(root, document)
    edit(path, pattern, text, times=2 if "10000" in pattern else 1)
    with pytest.raises(kind, match=words) as caught:
        open_scene(str(root))
    assert caught.value.where == str(path)


@pytest.mark.parametrize("document", [PRODUCT, TILE])
@pytest.mark.parametrize("share", [0.3, 0.97, 0.0])
def test_xml_cut_short_is_refused(root: Path, document: str, share: float) -> None:
    path = metadata(root, document)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(BadInput, match="not valid XML") as caught:
        open_scene(str(root))
    assert caught.value.where == str(path)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "bomb",
    ['<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]>', '<!DOCTYPE a SYSTEM "file:///etc/passwd">'],
)
@pytest.mark.parametrize("document", [PRODUCT, TILE])
def test_xml_with_entities_is_refused(root: Path, document: str, bomb: str) -> None:
    path = metadata(root, document)
    edit(path, r"(<\?xml[^>]*\?>)", rf"\1{bomb}")
    with pytest.raises(BadInput, match="not valid XML") as caught:
        open_scene(str(root))
    assert caught.value.where == str(path)


def test_a_band_that_is_not_there_is_missed_by_name(root: Path) -> None:
    next(root.rglob("*_B04_10m.jp2")).unlink()
    scene = open_scene(str(root))
    assert scene.missing == {Band.RED: "T49QGF_20241105T025331_B04_10m is listed and not in the folder"}


def test_without_scene_classification_the_cloud_mask_is_taken_else_the_sky_is_unknown(root: Path) -> None:
    next(root.rglob("*_SCL_20m.jp2")).unlink()
    scene = open_scene(str(root))
    assert [source.asset.name for source in scene.quality] == ["MSK_CLASSI"]
    assert scene.notes == ("T49QGF_20241105T025331_SCL_20m is listed and not in the folder",)
    next(root.rglob("MSK_CLASSI*.jp2")).unlink()
    scene = open_scene(str(root))
    assert scene.quality == ()
    assert scene.notes[1] == "MSK_CLASSI_B00 is not there: the state of the sky is unknown"


def test_no_granule_no_bands_or_no_product_metadata(root: Path) -> None:
    for path in root.rglob("*.jp2"):
        path.unlink()
    with pytest.raises(MissingPart, match="none of the 12 listed band files"):
        open_scene(str(root))
    metadata(root, TILE).unlink()
    with pytest.raises(MissingPart, match="has no granule with its metadata") as caught:
        open_scene(str(root))
    assert caught.value.where == str(root)


def test_several_tiles_are_named_and_each_opens_alone(tmp_path: Path) -> None:
    one = spec_of(size=60, level="L1C", layout="old", baseline="02.04")
    other = spec_of(size=60, level="L1C", layout="old", baseline="02.04", tile="49QHF")
    root, second = (write_safe(tmp_path / s.tile, speckled(s.extent, side=30), s) for s in (one, other))
    added = next(second.glob("GRANULE/*"))
    added.rename(root / "GRANULE" / added.name)
    text = next(second.glob("S2B_OPER_MTD*.xml")).read_text()
    granule = text[text.index("<Granules") : text.index("</Granule_List>")]
    edit(next(root.glob("S2B_OPER_MTD*.xml")), "</Granule_List>", f"{granule}</Granule_List>")
    with pytest.raises(BadInput, match=r"holds 2 tiles: .*T49QGF.*T49QHF") as caught:
        open_scene(str(root))
    assert "/GRANULE/S2B_OPER_MSI_L1C_TL" in caught.value.remedy
    for tile in ("49QGF", "49QHF"):
        scene = open_scene(str(next(root.glob(f"GRANULE/*{tile}*"))))
        assert scene.tile == tile
        assert scene.id.endswith(f"_T{tile}")
        assert len(scene.assets) == 13


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "page"])
def test_damaged_images_are_held_against_the_manifest(root: Path, damage: str) -> None:
    path = next(root.rglob("*_B03_10m.jp2"))
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 4
    changed = {"flip": bytes(body), "cut": bytes(body[:-60]), "empty": b"", "page": b"<html>Not found</html>"}
    path.write_bytes(changed[damage])
    with pytest.raises((BadInput, UnreadableRaster)) as caught:
        prepare(str(root))
    assert caught.value.where == str(path)


def test_metadata_changed_after_delivery_is_found(root: Path) -> None:
    path = metadata(root, PRODUCT)
    edit(path, ">-1000<", ">-900<")
    with pytest.raises(BadInput, match="is not what the manifest says: sha3-256") as caught:
        prepare(str(root))
    assert caught.value.where == str(path)


def test_without_a_manifest_it_opens_and_says_so(root: Path) -> None:
    (root / "manifest.safe").unlink()
    scene = prepare(str(root))
    assert scene.notes == ("there is no manifest.safe: the files can't be held against their checksums",)


def test_an_image_of_another_place_is_a_contradiction(root: Path, tmp_path: Path) -> None:
    other = spec_of(size=60, tile="50QKL")
    elsewhere = write_safe(tmp_path / "other", speckled(other.extent, side=30), other)
    target = next(root.rglob("*_B08_10m.jp2"))
    target.write_bytes(next(elsewhere.rglob("*_B08_10m.jp2")).read_bytes())
    with pytest.raises(Contradiction, match=r"lies at EPSG:32650 .*the tile's metadata says EPSG:32649") as caught:
        open_scene(str(root))
    assert caught.value.where == str(target)


@pytest.mark.parametrize(
    "pattern, text, words",
    [
        (">OPAQUE<", ">HAZE<", "areas of the unknown kind HAZE"),
        ("<gml:posList([^>]*)>[^<]*", r"<gml:posList\1>1 2 3 4", "fewer than four points"),
        ("<gml:posList([^>]*)>", r"<gml:posList\1>x ", "not made of numbers"),
        ("EPSG:8.7:32649", "EPSG:8.7:32650", "is in EPSG:32650, the bands are in EPSG:32649"),
        ("</eop:Mask>", "", "not valid XML"),
    ],
)
def test_polygons_that_cannot_be_drawn_are_refused(tmp_path: Path, pattern: str, text: str, words: str) -> None:
    from rasterio.windows import Window

    from rs.raster.blocks import handles

    spec = spec_of(size=60, level="L1C", baseline="02.09")
    root = write_safe(tmp_path, speckled(spec.extent, side=30), spec)
    path = next(root.rglob("*MSK_CLOUDS*.gml"))
    edit(path, pattern, text)
    source = open_scene(str(root)).quality[0]
    with handles() as held, pytest.raises(BadInput, match=words) as caught:
        held.read(source.asset, Window(0, 0, 10, 10))
    assert caught.value.where == str(path)
