"""Damaged metadata and archives end in an error that names a file, never in a crash or in other pixels."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from made import read, spec_of, speckled

from rs.core.scene import Scene
from rs.errors import RsError
from rs.pipeline.prepare import prepare
from rs.readers import open_scene
from rs.testing import LandsatSpec, write_landsat, write_safe, zip_product

JUNK = ("", "NaN", "-inf", "1e999", "-1", "0", "9" * 20, "abc", "<x/>", "\0", "../../etc/passwd", "1 2 3", "é" * 60)


def changed(dice: random.Random, text: str) -> str:
    """A text with one random change: cut, another letter, a line lost, twice or elsewhere, a value replaced."""
    lines, place = text.splitlines(keepends=True), dice.randrange(len(text))
    row, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    kind = dice.randrange(6)
    if kind == 0:
        return text[:place]
    if kind == 1:
        return text[:place] + chr(dice.randrange(32, 127)) + text[place + 1 :]
    if kind == 2:
        return "".join(lines[:row] + lines[row + 1 :])
    if kind == 3:
        return "".join([*lines[:row], lines[other], *lines[row:]])
    values = list(re.finditer(r'>([^<>\n]+)<|= (\S+)|"([^"\n]*)"', text))
    value = dice.choice(values)
    group = next(k for k in (1, 2, 3) if value.group(k) is not None)
    return text[: value.start(group)] + dice.choice(JUNK) + text[value.end(group) :]


def opened(path: Path) -> Scene | None:
    """The scene, or None where it was refused; a refusal names its place."""
    try:
        return open_scene(str(path))
    except RsError as error:
        assert error.where
        return None


def kinds(folder: Path) -> Iterator[Path]:
    """Small scenes of every reader."""
    for stated in ({"level": "L2A"}, {"level": "L1C", "baseline": "02.04", "layout": "old"}):
        spec = spec_of(size=12, **stated)
        yield write_safe(folder, speckled(spec.extent, side=12), spec)
    for level, collection, form in (("L2", 2, "xml"), ("L2", 2, "json"), ("L1", 0, "txt")):
        landsat = LandsatSpec(level, "landsat-8", collection, size=(6, 6), forms=(form,))
        yield write_landsat(folder / form, speckled(landsat.extent, side=12), landsat)


def test_changed_metadata_never_crash_a_reader(tmp_path: Path) -> None:
    dice = random.Random(20241105)
    outcomes = []
    for root in kinds(tmp_path):
        names = re.compile(r"MTD_(?!DS).*xml|.*_MTL\.\w+|manifest.safe|S2._\w+_MTD_\w+\.xml")
        documents = sorted(path for path in root.rglob("*") if names.fullmatch(path.name))
        for _ in range(40):
            document = dice.choice(documents)
            text = document.read_text(encoding="utf-8")
            document.write_text(changed(dice, text), encoding="utf-8")
            outcomes.append(opened(root))
            document.write_text(text, encoding="utf-8")
        assert opened(root) is not None
    refused = sum(scene is None for scene in outcomes)
    assert 0.2 < refused / len(outcomes) < 0.9


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_changed_archive_is_refused_or_the_same(tmp_path: Path) -> None:
    dice = random.Random(20241107)
    spec = spec_of(size=12)
    archive = zip_product(write_safe(tmp_path, speckled(spec.extent, side=12), spec), tmp_path / "S2B_MSIL2A_x.zip")
    good = archive.read_bytes()
    expected = {band: read(asset) for band, asset in open_scene(str(archive)).assets.items()}
    refused = 0
    for round_ in range(60):
        body = bytearray(good)
        # every other change hits the list of members, which is at the end
        place = dice.randrange(good.index(b"PK\x01\x02") if round_ % 2 else 0, len(body))
        body[place] ^= 1 << dice.randrange(8)
        archive.write_bytes(body)
        try:
            scene = prepare(str(archive))
        except RsError as error:
            assert error.where.startswith(str(archive))
            refused += 1
            continue
        assert set(scene.assets) == set(expected)
        for band, asset in scene.assets.items():
            np.testing.assert_array_equal(read(asset), expected[band])
    assert refused > 40
