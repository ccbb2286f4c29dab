"""Zip archives from outside: checked before use, damaged members named, nothing read beside them."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest
from made import spec_of, speckled

from rs.errors import BadInput, MissingPart, NotAScene, UnreadableRaster
from rs.pipeline.prepare import prepare
from rs.raster import archive
from rs.raster.archive import check_members, gdal_path, members, read_bytes, safe_name
from rs.raster.opening import open_raster
from rs.readers import open_scene
from rs.testing import write_safe, zip_product

NAME = "S2B_MSIL2A_20241105T025331_N0511_R032_T49QGF_20241105T070046"


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A product of Level 2A as an archive."""
    spec = spec_of(size=60)
    root = write_safe(tmp_path, speckled(spec.extent, side=30), spec)
    return zip_product(root, tmp_path / f"{NAME}.zip")


def with_member(path: Path, name: str, body: bytes = b"x", **stated: int) -> Path:
    """Add a member to an archive."""
    info = zipfile.ZipInfo(name)
    info.compress_type = stated.get("compress", zipfile.ZIP_DEFLATED)
    info.external_attr = stated.get("attributes", 0o644) << 16
    with zipfile.ZipFile(path, "a") as out:
        out.writestr(info, body)
    return path


@pytest.mark.parametrize(
    "name",
    ["../evil.txt", "a/../../evil.txt", "/etc/evil", "a\\evil", "C:/evil", "a//b", "./a", "vsicurl/x|y", "/vsimem/x",
     "a/vsizip/b", "a\nb", "<x>"],
)  # fmt: skip
def test_names_that_lead_out_are_refused(product: Path, name: str) -> None:
    with_member(product, name)
    for call in (lambda: open_scene(str(product)), lambda: members(str(product))):
        with pytest.raises(BadInput, match="leads out of the archive or is not allowed") as caught:
            call()
        assert caught.value.where.startswith(f"{product}!")


def test_names_that_stay_inside_are_fine() -> None:
    for name in ("a", "a/b.jp2", "S2.SAFE/GRANULE/x_y-1.0/IMG DATA/b", "a/", "ü/中.xml"):
        assert safe_name(name), name


def test_a_bomb_is_refused_by_its_ratio(product: Path) -> None:
    with_member(product, f"{NAME}.SAFE/zeros.bin", bytes(2**23))
    with pytest.raises(BadInput, match=r"unpacks to 8388608 bytes from .*; the limit is 200 times") as caught:
        open_scene(str(product))
    assert "zeros.bin" in caught.value.where


def test_many_small_bombs_are_refused_together(tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for number in range(250):
            out.writestr(f"{number}.bin", bytes(2**20))
    with pytest.raises(BadInput, match="unpacks to 262144000 bytes"):
        members(str(path))


def test_too_many_members_are_refused(product: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 5)
    with pytest.raises(BadInput, match=r"has 4[0-9] members; the limit is 5"):
        members(str(product))


def test_links_doubles_and_passwords_are_refused(product: Path, tmp_path: Path) -> None:
    copies = [tmp_path / f"{k}.zip" for k in range(3)]
    for copy in copies:
        copy.write_bytes(product.read_bytes())
    with_member(copies[0], "link", b"/etc/passwd", attributes=stat.S_IFLNK | 0o777)
    with pytest.raises(BadInput, match="is a link"):
        members(str(copies[0]))
    with pytest.warns(UserWarning, match="Duplicate name"):
        with_member(copies[1], f"{NAME}.SAFE/INSPIRE.xml")
    with pytest.raises(BadInput, match="is there twice"):
        members(str(copies[1]))
    with_member(copies[2], "secret")
    body = bytearray(copies[2].read_bytes())
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.rindex(magic) + place] |= 1
    copies[2].write_bytes(body)
    with pytest.raises(BadInput, match="is encrypted"):
        members(str(copies[2]))


def test_a_wrong_crc_is_found_when_the_scene_is_taken_in(product: Path) -> None:
    with zipfile.ZipFile(product) as held:
        info = next(i for i in held.infolist() if "_B03_10m" in i.filename)
    body = bytearray(product.read_bytes())
    body[info.header_offset + 30 + len(info.filename) + info.file_size // 2] ^= 1
    product.write_bytes(body)
    open_scene(str(product))
    with pytest.raises(BadInput, match=r"is damaged .*CRC") as caught:
        prepare(str(product))
    assert caught.value.where == f"{product}!{info.filename}"


@pytest.mark.parametrize("share", [0.2, 0.9, 0.999])
def test_an_archive_cut_short_is_refused_by_name(product: Path, share: float) -> None:
    product.write_bytes(product.read_bytes()[: int(product.stat().st_size * share)])
    with pytest.raises(BadInput, match="is not a whole zip archive") as caught:
        open_scene(str(product))
    assert caught.value.where == str(product)


def test_an_archive_of_something_else_is_no_scene(tmp_path: Path) -> None:
    path = with_member(tmp_path / "x.zip", "readme.txt")
    with pytest.raises(NotAScene):
        open_scene(str(path))
    (tmp_path / "y.zip").write_bytes(b"no archive")
    with pytest.raises(NotAScene):
        open_scene(str(tmp_path / "y.zip"))


def test_two_products_in_one_archive_are_refused(product: Path) -> None:
    with_member(product, "other.SAFE/MTD_MSIL1C.xml", b"<a/>")
    with pytest.raises(BadInput, match="holds 2 products"):
        open_scene(str(product))


def test_members_are_read_within_limits(product: Path) -> None:
    name = f"{product}!{NAME}.SAFE/INSPIRE.xml"
    assert read_bytes(name, 10_000).startswith(b"<?xml")
    with pytest.raises(BadInput, match="the limit for metadata is 5"):
        read_bytes(name, 5)
    with pytest.raises(MissingPart, match="not there"):
        read_bytes(f"{product}!{NAME}.SAFE/none.xml", 10)
    with pytest.raises(MissingPart, match="not there"):
        open_raster(f"{product}!{NAME}.SAFE/none.jp2")
    with pytest.raises(UnreadableRaster, match="neither GeoTIFF nor JPEG 2000"):
        open_raster(name)
    check_members(str(product))


def test_paths_for_gdal_are_built_from_checked_names_only(product: Path, tmp_path: Path) -> None:
    member = next(name for name in members(str(product)) if name.endswith("B02_10m.jp2"))
    assert gdal_path(f"{product}!{member}") == f"/vsizip/{{{product}}}/{member}"
    for name in ("../x.jp2", "/vsicurl/http://127.0.0.1/x", f"{NAME}.SAFE"):
        with pytest.raises(MissingPart, match="is not in the archive"):
            gdal_path(f"{product}!{name}")
    odd = tmp_path / "{odd}"
    odd.mkdir()
    moved = product.rename(odd / product.name)
    with pytest.raises(BadInput, match="braces"):
        gdal_path(f"{moved}!{member}")


def test_a_changed_archive_is_checked_again(product: Path) -> None:
    assert len(members(str(product))) > 10
    with_member(product, "../evil.txt")
    with pytest.raises(BadInput, match="leads out"):
        members(str(product))
