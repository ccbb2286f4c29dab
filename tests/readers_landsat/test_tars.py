"""Landsat as USGS delivers it, a tar: opened as its folder is; hostile and damaged ones are refused by name."""

from __future__ import annotations

import gzip
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made import read, speckled

from rs.core.bands import Band
from rs.core.scene import Asset, Scene, split_href
from rs.errors import BadInput, MissingPart, NotAScene
from rs.operate.acquire import Arrival, acquire, arrivals
from rs.pipeline.prepare import check_digests, prepare
from rs.raster import archive
from rs.raster.archive import check_members, gdal_path, members, read_bytes
from rs.readers import open_scene, reader_of
from rs.testing import LandsatSpec, tar_product, write_landsat

LEVELS = ("L1", "L2")


def packed(folder: Path, level: str = "L1", **stated: object) -> tuple[Path, Path]:
    """A synthetic folder, and the tar of it in a folder of its own."""
    spec = LandsatSpec(level=level, size=(30, 40), **stated)  # type: ignore[arg-type]
    root = write_landsat(folder / "unpacked", speckled(spec.extent), spec)
    (folder / "inbox").mkdir(exist_ok=True)
    return root, tar_product(root, folder / "inbox" / f"{root.name}.tar")


OTHER = "is neither a file nor a folder"


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A tar of Level 1."""
    return packed(tmp_path)[1]


def bare(scene: Scene) -> Scene:
    """A scene whose hrefs are names only."""

    def named(asset: Asset) -> Asset:
        path, member = split_href(asset.href)
        return replace(asset, href=Path(member or path).name)

    return replace(
        scene, path="", metadata=(), assets={band: named(asset) for band, asset in scene.assets.items()},
        quality=tuple(replace(source, asset=named(source.asset)) for source in scene.quality),
        angle_assets={name: named(asset) for name, asset in scene.angle_assets.items()},
    )  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("collection", [2, 1])
def test_a_tar_opens_as_its_folder_does(tmp_path: Path, level: str, collection: int) -> None:
    root, tar = packed(tmp_path, level, collection=collection if level == "L1" else 2)
    folder, whole = open_scene(str(root)), open_scene(str(tar))
    assert bare(whole) == bare(folder)
    assert whole.files == (str(tar),)
    assert reader_of(str(tar)) is reader_of(str(root))
    for band in folder.assets:
        np.testing.assert_array_equal(read(whole.assets[band]), read(folder.assets[band]))


@pytest.mark.parametrize(
    "name", ["LC08_L2SP_001062_20201031_20201106_02_T2", "LC09_L2SP_231062_20230723_20230802_02_T1"]
)
def test_real_scenes_are_the_same_in_a_tar(scenes: Path, tmp_path: Path, name: str) -> None:
    folder, whole = open_scene(str(scenes / name)), open_scene(str(tar_product(scenes / name, tmp_path / "x.tar")))
    assert bare(whole) == bare(folder)
    np.testing.assert_array_equal(read(whole.assets[Band.RED]), read(folder.assets[Band.RED]))


def test_a_folder_that_holds_one_tar_is_that_scene(product: Path) -> None:
    inside, direct = open_scene(str(product.parent)), open_scene(str(product))
    assert replace(inside, path="") == replace(direct, path="")
    (product.parent / "second.tar").write_bytes(product.read_bytes())
    with pytest.raises(NotAScene):
        open_scene(str(product.parent))


def test_names_may_stand_below_a_folder_or_begin_with_a_dot(tmp_path: Path) -> None:
    root, tar = packed(tmp_path)
    whole = bare(open_scene(str(tar)))
    for inner in (".", "LC09"):
        with tarfile.open(tar, "w") as out:
            out.add(root, arcname=inner)
        assert bare(open_scene(str(tar))) == whole


def test_files_renamed_with_their_mtl_are_found_in_a_tar(tmp_path: Path) -> None:
    root, _ = packed(tmp_path)
    whole = open_scene(str(root))
    for path in list(root.iterdir()):
        path.rename(root / path.name.replace(root.name, "l9"))
    scene = open_scene(str(tar_product(root, tmp_path / "l9.tar")))
    assert set(scene.assets) == set(whole.assets)
    assert scene.notes[0].startswith("the files were renamed")


def test_what_a_tar_lacks_is_missed_by_name(tmp_path: Path) -> None:
    root, tar = packed(tmp_path)
    next(root.glob("*_B5.TIF")).unlink()
    tar_product(root, tar)
    assert open_scene(str(tar)).missing[Band.NIR08] == f"{root.name}_B5.TIF is listed and not in the folder"
    for path in root.glob("*_B*.TIF"):
        path.unlink()
    tar_product(root, tar)
    with pytest.raises(MissingPart, match="none of the 10 band files") as caught:
        open_scene(str(tar))
    assert caught.value.where == str(tar)


@pytest.mark.parametrize("level", LEVELS)
def test_a_tar_without_its_mtl_says_so(tmp_path: Path, level: str) -> None:
    root, tar = packed(tmp_path, level)
    for path in root.glob("*_MTL.*"):
        path.unlink()
    with pytest.raises(MissingPart, match=f"{root.name}_MTL.txt is not there"):
        open_scene(str(tar_product(root, tar)))


def test_two_scenes_in_one_tar_are_refused(tmp_path: Path) -> None:
    root, tar = packed(tmp_path)
    write_landsat(root.parent, speckled((1200.0, 900.0)), LandsatSpec(level="L1", row=45, size=(30, 40)))
    with tarfile.open(tar, "w") as out:
        for folder in root.parent.iterdir():
            out.add(folder, arcname=folder.name)
    with pytest.raises(BadInput, match=r"holds 2 scenes: LC09_L1TP_122044\w+, LC09_L1TP_122045") as caught:
        open_scene(str(tar))
    assert (caught.value.where, caught.value.remedy) == (str(tar), "Unpack it first")


@pytest.mark.parametrize("suffix", [".tar.gz", ".tgz", ".tar"])
def test_a_compressed_tar_says_what_to_do(product: Path, suffix: str) -> None:
    path = product.with_name(f"{product.stem}{suffix}")
    path.write_bytes(gzip.compress(product.read_bytes(), 1))
    with pytest.raises(BadInput, match="is compressed: its bands can't be read in place") as caught:
        open_scene(str(path))
    assert caught.value.where == str(path)
    assert caught.value.remedy.startswith("Unpack it first")


def extra(
    name: str, kind: bytes = tarfile.REGTYPE, link: str = "", body: bytes = b"x"
) -> tuple[tarfile.TarInfo, bytes]:
    """A member to add."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, len(body) if kind == tarfile.REGTYPE else 0
    return info, body


def with_member(path: Path, member: tuple[tarfile.TarInfo, bytes], form: int = tarfile.GNU_FORMAT) -> None:
    """Add a member to a tar, as it is."""
    info, body = member
    with tarfile.open(path, "a", format=form) as out:
        out.addfile(info, io.BytesIO(body) if info.size else None)


@pytest.mark.parametrize(
    "name",
    ["../evil.txt", "a/../../evil.txt", "/etc/evil", "a\\evil", "C:/evil", "a//b", "././a", "vsicurl/x|y", "/vsimem/x",
     "a/vsizip/b", "a\nb", "<x>", "a{b}", "..", "./../evil"],
)  # fmt: skip
@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_names_that_lead_out_are_refused(product: Path, name: str, form: int) -> None:
    with_member(product, extra(name), form)
    for call in (lambda: open_scene(str(product)), lambda: members(str(product))):
        with pytest.raises(BadInput, match="leads out of the archive or is not allowed") as caught:
            call()
        assert caught.value.where.startswith(f"{product}!")


@pytest.mark.parametrize(
    "kind, words",
    [
        (tarfile.SYMTYPE, "is a link"), (tarfile.LNKTYPE, "is a link"), (tarfile.CHRTYPE, OTHER),
        (tarfile.BLKTYPE, OTHER), (tarfile.FIFOTYPE, OTHER),
        (b"Z", OTHER),
    ],
)  # fmt: skip
def test_links_and_devices_are_refused(product: Path, kind: bytes, words: str) -> None:
    with_member(product, extra("other", kind, "/etc/passwd"))
    with pytest.raises(BadInput, match=words) as caught:
        open_scene(str(product))
    assert caught.value.where == f"{product}!'other'"


def test_a_name_may_not_come_twice(product: Path) -> None:
    first = next(iter(members(str(product))))
    with_member(product, extra(first))
    with pytest.raises(BadInput, match="is there twice"):
        open_scene(str(product))


def test_holes_are_refused(product: Path) -> None:
    info, _ = extra("sparse", body=bytes(512))
    info.size, info.pax_headers = 512, {"GNU.sparse.map": "0,1", "GNU.sparse.size": str(2**40)}
    with_member(product, (info, bytes(512)), tarfile.PAX_FORMAT)
    with pytest.raises(BadInput, match="stored with holes"):
        members(str(product))


def test_too_many_members_are_refused_before_all_are_read(product: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 5)
    product.write_bytes(product.read_bytes()[:-2048])  # what comes after the sixth is not looked at
    with pytest.raises(BadInput, match="has 6 members; the limit is 5"):
        members(str(product))


def test_a_header_that_claims_to_be_large_is_refused(product: Path) -> None:
    info, body = extra("a", body=bytes(2**20))
    info.type, info.size = tarfile.XHDTYPE, 2**20
    with_member(product, (info, body))
    with pytest.raises(BadInput, match=r"a header of 1048576 bytes; the limit is 65536"):
        members(str(product))


def test_a_size_that_the_file_has_not_is_refused(product: Path) -> None:
    info, body = extra("bomb")
    info.size = 2**45
    with product.open("ab") as stream:
        stream.truncate(0)
        stream.write(info.tobuf(tarfile.GNU_FORMAT) + body * 512 + bytes(1024))
    with pytest.raises(BadInput, match="is not a whole tar archive"):
        members(str(product))


@pytest.mark.parametrize("size", [-512, -(2**40)])
def test_a_negative_size_ends_in_an_error(product: Path, size: int) -> None:
    """It would lead the reader of headers back to where it was."""
    info, _ = extra("back")
    head = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    head[124:136] = (size % 2**96).to_bytes(12, "big")
    head[148:156] = b" " * 8
    head[148:156] = f"{sum(head):06o}\0 ".encode()
    product.write_bytes(bytes(head) + bytes(1024))
    with pytest.raises(BadInput):
        members(str(product))


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 0.8])
def test_a_tar_cut_short_is_refused_by_name(product: Path, share: float) -> None:
    product.write_bytes(product.read_bytes()[: int(product.stat().st_size * share)])
    with pytest.raises(BadInput, match="is not a whole tar archive") as caught:
        open_scene(str(product))
    assert caught.value.where == str(product)


def test_a_tar_cut_between_two_members_or_with_a_damaged_header_is_refused(product: Path) -> None:
    whole = product.read_bytes()
    with tarfile.open(product) as held:
        place = held.getmembers()[7].offset
    for body in (whole[:place], whole[:place] + b"\xff" * 512 + whole[place + 512 :]):
        product.write_bytes(body)
        with pytest.raises(BadInput, match="its end mark is missing"):
            open_scene(str(product))


def test_any_flipped_header_byte_gives_an_error_or_the_same_members(product: Path) -> None:
    whole, names = product.read_bytes(), dict(members(str(product)))
    random = np.random.default_rng(1)
    with tarfile.open(product) as held:
        heads = [info.offset for info in held.getmembers()]
    for _ in range(60):
        body = bytearray(whole)
        body[int(random.choice(heads)) + int(random.integers(512))] ^= int(random.integers(1, 256))
        product.write_bytes(body)
        try:
            found = dict(members(str(product)))
        except BadInput as error:
            assert error.where.startswith(str(product))
        else:
            assert found == names


def test_a_tar_of_something_else_is_no_scene(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as out:
        out.addfile(*[extra("readme.txt")[0], io.BytesIO(b"x")])
    with pytest.raises(NotAScene):
        open_scene(str(path))
    path.write_bytes(b"no archive")
    with pytest.raises(NotAScene):
        open_scene(str(path))


def test_members_are_read_by_place_within_limits(product: Path) -> None:
    name = next(name for name in members(str(product)) if name.endswith("_MTL.txt"))
    href = f"{product}!{name}"
    with tarfile.open(product) as held:
        info = held.getmember(name)
        stream = held.extractfile(name)
        assert stream is not None and read_bytes(href, 10**6) == stream.read()
    assert gdal_path(href) == f"/vsisubfile/{info.offset_data}_{info.size},{product}"
    with pytest.raises(BadInput, match="the limit for metadata is 5"):
        read_bytes(href, 5)
    for wrong in ("../x.TIF", "/vsicurl/http://127.0.0.1/x", "none"):
        with pytest.raises(MissingPart, match="is not in the archive"):
            gdal_path(f"{product}!{wrong}")
    check_members(str(product))


def test_commas_and_braces_in_the_path_mislead_nobody(product: Path, tmp_path: Path) -> None:
    odd = tmp_path / "0_5,{odd}"
    odd.mkdir()
    scene = open_scene(str(product))
    moved = open_scene(str(product.rename(odd / product.name)))
    assert bare(moved) == bare(scene)
    assert np.isfinite(read(moved.assets[Band.RED])).any()


def test_mtl_names_that_lead_out_of_a_tar_are_refused(tmp_path: Path) -> None:
    root, tar = packed(tmp_path, forms=("txt",))
    mtl = next(root.glob("*_MTL.txt"))
    text = mtl.read_text()
    mtl.write_text(text.replace(f'"{root.name}_B4.TIF"', '"../B4.TIF"'))
    with pytest.raises(BadInput, match="leads out of the scene's folder") as caught:
        open_scene(str(tar_product(root, tar)))
    assert caught.value.where == f"{tar}!{mtl.name}"


@pytest.mark.parametrize("level", LEVELS)
def test_a_tar_is_acquired_whole(tmp_path: Path, level: str) -> None:
    _, tar = packed(tmp_path, level)
    (arrival,) = arrivals([tar.parent], tmp_path / "scenes")
    scene = acquire(arrival)
    assert isinstance(scene, Scene)
    copy = tmp_path / "scenes" / tar.stem / tar.name
    assert copy.read_bytes() == tar.read_bytes()
    assert scene.files == (str(copy),)
    check_digests(scene)
    assert acquire(arrival) == scene
    direct = prepare(str(tar))
    assert {b: a.digest for b, a in scene.assets.items()} == {b: a.digest for b, a in direct.assets.items()}
    np.testing.assert_array_equal(read(scene.assets[Band.RED]), read(direct.assets[Band.RED]))


def test_a_hostile_tar_leaves_no_record(product: Path, tmp_path: Path) -> None:
    with_member(product, extra("link", tarfile.SYMTYPE, "/etc/passwd"))
    with pytest.raises(BadInput, match="is a link"):
        acquire(Arrival(str(product), str(tmp_path / "scenes")))
    assert not (tmp_path / "scenes").exists()
