"""Measuring: whole process trees, failures, comparisons, tables, races."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from benchmarks import table, tree
from benchmarks.compare import difference
from benchmarks.exact import share_off
from benchmarks.harness import Bar, Contestant, Field, Kind
from numpy.typing import NDArray
from rasterio.transform import Affine

CHILD = "x = bytearray(80_000_000); x[::4096] = b'1' * len(x[::4096]); import time; e = time.process_time() + 1.2\n"
CHILD += "while time.process_time() < e: pass"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_children_count(tmp_path: Path) -> None:
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}], check=True)"
    found = tree.run(python(parent), tmp_path / "log")
    assert found.cpu >= 1.2
    assert found.peak_mb > 80
    assert found.wall >= 1.2


def test_a_failure_tells_what_was_said(tmp_path: Path) -> None:
    with pytest.raises(tree.Failed, match="no such band"):
        tree.run(python("raise SystemExit('no such band')"), tmp_path / "log")


def write(path: Path, counts: NDArray[np.generic], nodata: int = 0, crs: str = "EPSG:32650", left: float = 0.0) -> Path:
    rows, cols = counts.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=cols, height=rows, count=1, dtype=counts.dtype, nodata=nodata, crs=crs,
        transform=Affine(10.0, 0.0, 5e5 + left, 0.0, -10.0, 2.5e6),
    ) as out:  # fmt: skip
        out.write(counts, 1)
    return path


def test_shares_of_differing_pixels(tmp_path: Path) -> None:
    one = np.full((40, 50), 100, np.int16)
    other = one.astype(np.uint16) + 1000
    other[0, :10], other[1, :4], other[2, :3] = 1101, 1102, 0
    a, b = write(tmp_path / "a.tif", one, -32768), write(tmp_path / "b.tif", other)
    found = difference(a, b, shift=1000)
    assert found.off == pytest.approx(4 / (2000 - 3))
    assert found.validity == pytest.approx(3 / 2000)
    assert not found.equal
    assert difference(a, write(tmp_path / "c.tif", one + np.int16(1), -32768)).equal
    assert not difference(a, write(tmp_path / "d.tif", one, -32768, left=10.0)).equal


def test_exact_coordinates_find_a_shift_of_a_pixel(tmp_path: Path) -> None:
    ramp = (1000 + 5 * np.arange(200)[None, :] + 7 * np.arange(150)[:, None]).astype(np.uint16)
    source = write(tmp_path / "a.tif", ramp)
    off, most = share_off(source, write(tmp_path / "b.tif", ramp[:, 3:], left=30.0), 0)
    assert (off, most) == (0.0, pytest.approx(0.0, abs=1e-6))
    off, most = share_off(source, write(tmp_path / "c.tif", ramp[:, 3:], left=40.0), 0)
    assert off == 1.0
    assert most == pytest.approx(5.0, abs=1e-6)


def contestant(name: str, kind: Kind, counts: int) -> Contestant:
    code = (
        "import sys, numpy as np; sys.path.insert(0, sys.argv[2]); from test_harness import write\n"
        "from pathlib import Path; out = Path(sys.argv[1]); out.mkdir()\n"
        f"write(out / 'red.tif', np.full((20, 20), {counts}, np.int16), -32768)"
    )
    return Contestant(name, [*python(code), "{out}", str(Path(__file__).parent)], kind)


def test_a_race_names_the_unequal_the_absent_and_the_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    field = [
        contestant("rs", Kind.OURS, 5), contestant("equal", Kind.PEER, 6), contestant("other", Kind.PEER, 9),
        Contestant("lacking", [], absent="not installed"), Contestant("broken", python("1 / 0")),
        Contestant("floor: part", python('print(\'{"wall": 0.25, "cpu": 0.5}\')'), Kind.FLOOR),
    ]  # fmt: skip
    bars = (
        Bar("parts", 0.1, lambda race: race.named("floor").wall if race.named("floor") else None),  # type: ignore[union-attr]
        Bar("peak", 1e6, lambda race: race.ours.peak_mb, " MB"),
        Bar("nobody", 1.0, lambda race: None if race.named("nobody") is None else 1.0),
    )
    race = Field("Race", field, ("red",), tmp_path / "out", bars)
    race.race(1, quiet=True)
    assert race.best_peer is field[1]
    assert [len(one.runs) for one in field] == [1, 1, 1, 0, 0, 1]
    text = "\n".join(table.rows(race))
    assert "unequal: pixels differ" in next(line for line in text.splitlines() if "| other" in line)
    assert "absent: not installed" in text
    assert "absent: failed in round 1" in text
    assert "- parts: 0.25, bar 0.1: MISSED" in text
    assert "MB: met" in text
    assert "- nobody: not measured" in text
    assert not (tmp_path / "out").exists()
