"""Bad input: sample scenes, each damaged in one way, and what has to be said about it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.operate.sites import RIVER, change_item

LANDSAT = "LC09_L2SP_231062_20230723_20230802_02_T1"
MTL = f"{LANDSAT}_MTL.txt"
ALPS = "S2A_33TWM_20230815_0_L2A"


@dataclass(frozen=True)
class Fault:
    """A way to damage a scene. file, reason, remedy: words that its one paragraph has to bear."""

    name: str
    scene: str
    damage: Callable[[Path], object]
    file: str
    reason: str
    remedy: str

    def make(self, scenes: Path, folder: Path) -> Path:
        """A damaged copy of the scene."""
        target = folder / "scene"
        shutil.copytree(scenes / self.scene, target)
        self.damage(target)
        return target


def cut(name: str, share: float) -> Callable[[Path], object]:
    """Keep the first part of a file."""

    def damage(folder: Path) -> None:
        body = (folder / name).read_bytes()
        (folder / name).write_bytes(body[: int(len(body) * share)])

    return damage


def gone(name: str) -> Callable[[Path], object]:
    """Take a file away."""
    return lambda folder: (folder / name).unlink()


def text(name: str, old: str, new: str) -> Callable[[Path], object]:
    """Replace words in a metadata file."""

    def damage(folder: Path) -> None:
        body = (folder / name).read_text(encoding="utf-8")
        assert old in body
        (folder / name).write_text(body.replace(old, new), encoding="utf-8")

    return damage


def no_scene(folder: Path) -> None:
    """Leave a folder with something else in it."""
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "holiday.txt").write_text("no pixels")


def moved(folder: Path) -> None:
    """An item that puts the raster 50 km away."""
    body = json.loads((folder / "item.json").read_bytes())
    transform = body["properties"]["proj:transform"]
    change_item(folder, proj__transform=[*transform[:2], transform[2] + 50_000, *transform[3:]])


TIF = "20230511.tif"
CORNER = "CORNER_UL_PROJECTION_X_PRODUCT = "
FAULTS = (
    Fault("not_a_scene", RIVER, no_scene, "scene", "is not a scene that a reader knows", "Known forms: "),
    Fault("no_such_path", RIVER, shutil.rmtree, "scene", "no such file or folder", "Known forms: "),
    Fault("half_copied", RIVER, gone(TIF), "item.json", "none of its bands is held", "Copy the band files"),
    Fault("half_copied_metadata", LANDSAT, cut(MTL, 0.5), MTL, "is cut short", "Copy the file again"),
    Fault("truncated_tiff", RIVER, cut(TIF, 0.5), TIF, "cannot be decoded", "fetch it again"),
    Fault("truncated_jp2", ALPS, cut("B04.tif", 0.9), "B04.tif", "cannot be decoded", "fetch it again"),
    Fault("truncated_jp2_nir", ALPS, cut("B08.tif", 0.9999), "B08.tif", "cannot be decoded", "fetch it again"),
    Fault("truncated_header", RIVER, cut(TIF, 0.0001), TIF, "does not open as GTiff", "Fetch the file again"),
    Fault("empty_file", RIVER, cut(TIF, 0), TIF, "the file is empty", "Fetch the file again"),
    Fault("missing_item", RIVER, gone("item.json"), "scene", "is not a scene that a reader knows", "Known forms: "),
    Fault("missing_mtl", LANDSAT, gone(MTL), MTL, "is not there", "Fetch the MTL file"),
    Fault("raster_elsewhere", RIVER, moved, TIF, "the item says", "belongs to another scene"),
    Fault(
        "corners_elsewhere", LANDSAT, text(MTL, CORNER, CORNER + "9"), "_SR_B", "those of the MTL", "fetch the folder"
    ),
    Fault(
        "unknown_sensor", RIVER, text("item.json", '"sentinel-2"', '"kompsat-3"'), "item.json", "kompsat-3", "reader"
    ),
    Fault("no_json", RIVER, cut("item.json", 0.7), "item.json", "is not valid JSON", "Fetch it again"),
)
