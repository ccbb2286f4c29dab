"""Where the files of a Sentinel-2 SAFE product lie: folder or zip archive, old and new names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from posixpath import basename, dirname, splitext

from rs.errors import BadInput, MissingPart
from rs.raster.archive import MAX_MEMBERS, is_archive, members
from rs.raster.intact import ALGORITHMS
from rs.readers._documents import Document, contained, read_document

PRODUCT = re.compile(r"(?:MTD_MSI|S2[A-Z]_(?:OPER|USER)_MTD_SAF)(L1C|L2A)(?:_\w+)?\.xml")
TILE = re.compile(r"GRANULE/([^/]+)/(?:MTD_TL|S2[A-Z]_(?:OPER|USER)_MTD_L(?:1C|2A)_TL_\w+)\.xml")
MANIFEST = "manifest.safe"
NAMED = re.compile(r"S2[A-Z]_(?:MSIL|OPER_PRD_MSIL|USER_PRD_MSIL)(?:1C|2A)")


@dataclass(frozen=True)
class Package:
    """The files of one product. root: its folder, or "x.zip!" and the folder inside.

    names: of all files, below the root with "/". wanted: the granule that was asked for, or "".
    """

    path: str
    root: str
    names: tuple[str, ...]
    wanted: str = ""

    @cached_property
    def product(self) -> str:
        """Name of the product metadata. Raises BadInput where there are two."""
        found = [name for name in self.names if PRODUCT.fullmatch(name)]
        if len(found) > 1:
            raise BadInput(f"holds several products: {', '.join(found)}", where=self.root)
        return found[0]

    @cached_property
    def level(self) -> str:
        """L1C or L2A, by the name of the product metadata."""
        found = PRODUCT.fullmatch(self.product)
        assert found is not None
        return found.group(1)

    @cached_property
    def tile(self) -> str:
        """Name of the metadata of the granule. Raises BadInput where the product has several."""
        found = {match.group(1): name for name in self.names if (match := TILE.fullmatch(name))}
        if self.wanted:
            found = {name: file for name, file in found.items() if name == self.wanted}
        if not found:
            raise MissingPart("has no granule with its metadata", where=self.root, remedy="Copy the whole product")
        if len(found) > 1:
            raise BadInput(
                f"holds {len(found)} tiles: {', '.join(sorted(found))}", where=self.root,
                remedy=f"Name the folder of one of them, such as {self.root}/GRANULE/{min(found)}",
            )  # fmt: skip
        return next(iter(found.values()))

    def href(self, name: str) -> str:
        """Path or "x.zip!member" of a file by its name. Raises BadInput for one that leads out."""
        if ".zip!" in self.root.lower():
            return self.root + name if self.root.endswith("!") else f"{self.root}/{name}"
        return contained(self.root, name, self.root)

    def document(self, name: str) -> Document:
        """An XML file of the product."""
        return read_document(self.href(name))

    @cached_property
    def stems(self) -> dict[str, str]:
        """Names of the granule's files by their stem: metadata names them with and without path and suffix."""
        folder = dirname(self.tile) + "/"
        return {splitext(basename(name))[0]: name for name in self.names if name.startswith(folder)}


def locate(path: str) -> Package | None:
    """The product at a path, or None: a folder, its zip, its product metadata, one of its granules,
    or a folder that holds exactly one of these."""
    path = os.path.abspath(path)
    if os.path.isfile(path):
        if PRODUCT.fullmatch(os.path.basename(path)):
            return _folder(path, os.path.dirname(path))
        return _archive(path, path) if is_archive(path) and path.lower().endswith(".zip") else None
    if not os.path.isdir(path):
        return None
    return _folder(path, path) or _granule(path) or _only_child(path)


def _folder(path: str, root: str, wanted: str = "") -> Package | None:
    if not any(PRODUCT.fullmatch(name) for name in os.listdir(root)):
        return None
    return Package(path, root, tuple(_walk(root)), wanted)


def _walk(root: str) -> Iterator[str]:
    count = 0
    for folder, folders, files in os.walk(root):
        folders.sort()
        count += len(files)
        if count > MAX_MEMBERS:
            raise BadInput(f"holds more than {MAX_MEMBERS} files", where=root)
        for name in sorted(files):
            yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")


def _granule(path: str) -> Package | None:
    above, name = os.path.split(path)
    root, parent = os.path.split(above)
    return _folder(path, root, wanted=name) if parent == "GRANULE" else None


def _only_child(path: str) -> Package | None:
    found = []
    for name in sorted(os.listdir(path)):
        child = os.path.join(path, name)
        if name.upper().endswith(".SAFE") and os.path.isdir(child):
            found.append(_folder(path, child))
        elif name.lower().endswith(".zip") and is_archive(child):
            found.append(_archive(path, child))
    held = [package for package in found if package is not None]
    return held[0] if len(held) == 1 else None


def _archive(path: str, archive: str) -> Package | None:
    names = members(archive)
    roots = sorted(dirname(name) for name in names if PRODUCT.fullmatch(basename(name)))
    if not roots:
        return None
    if len(roots) > 1:
        raise BadInput(f"holds {len(roots)} products", where=archive, remedy="Unpack it and name one of them")
    start = f"{roots[0]}/" if roots[0] else ""
    inside = tuple(sorted(name.removeprefix(start) for name in names if name.startswith(start)))
    return Package(path, f"{archive}!{roots[0]}", inside)


def recognised(path: str) -> bool:
    """True for a path where a product lies, and for a damaged archive that is named like one."""
    try:
        return locate(path) is not None
    except (BadInput, OSError):
        return any(NAMED.match(name) for name in (os.path.basename(path), *_zips(path)))


def _zips(path: str) -> list[str]:
    return [name for name in os.listdir(path) if name.lower().endswith(".zip")] if os.path.isdir(path) else []


def manifest_checksums(package: Package, *, rewritten: bool) -> tuple[dict[str, str], list[str]]:
    """Checksums "algorithm:hex" of the product's files by href, and notes on what can't be checked."""
    if MANIFEST not in package.names:
        return {}, [f"there is no {MANIFEST}: the files can't be held against their checksums"]
    if rewritten:
        return {}, ["the files were rewritten as GeoTIFF: the manifest does not describe them"]
    stated: dict[str, str] = {}
    for part in package.document(MANIFEST).all("byteStream"):
        inside = {element.tag.rsplit("}", 1)[-1]: element for element in part}
        if not {"fileLocation", "checksum"} <= set(inside):
            continue
        name = inside["fileLocation"].get("href", "").removeprefix("./")
        algorithm = inside["checksum"].get("checksumName", "").lower()
        if name in package.names and algorithm in ALGORITHMS:
            stated[package.href(name)] = f"{algorithm}:{(inside['checksum'].text or '').strip()}"
    return stated, []
