"""Growth: one tile against sixteen, time a tile and memory of the whole process tree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import table
from benchmarks.contestants import ours
from benchmarks.harness import Bar, Field
from benchmarks.scenes import Cache
from benchmarks.workloads import EIGHT

TILES, SLOWER, LARGER = 16, 1.5, 1.4
"""Tiles of the larger run; how much longer a tile may take there, and how much more memory the run may hold."""


def copies(item: Path, number: int) -> list[Path]:
    """Items of so many days beside the files of one: the same pixels, other observations."""
    body = json.loads(item.read_text(encoding="utf-8"))
    paths = []
    for day in range(number):
        when = datetime(2024, 1, 1, 3, 0, 46, tzinfo=UTC) + timedelta(days=day)
        body["id"] = f"S2B_49QGF_{when:%Y%m%d}_0_L2A"
        body["properties"]["datetime"] = f"{when:%Y-%m-%dT%H:%M:%SZ}"
        folder = item.parent / f"day{day:02d}"
        folder.mkdir(exist_ok=True)
        for asset in body["assets"].values():
            name = Path(asset["href"]).name
            (folder / name).unlink(missing_ok=True)
            (folder / name).hardlink_to(item.parent / name)
        (folder / "item.json").write_text(json.dumps(body), encoding="utf-8")
        paths.append(folder / "item.json")
    return paths


def growth(cache: Cache, size: int, rounds: int) -> Iterator[str]:
    """The table of one tile and sixteen, and the bars."""
    scenes = copies(cache.item(size), TILES)
    one, many = ours("rs produce, 1 tile", EIGHT, scenes[0]), ours(f"rs produce, {TILES} tiles", EIGHT, *scenes)

    def a_tile(_: Field) -> float:
        return many.wall / TILES / one.wall

    bars = (
        Bar("time a tile, 16 / 1", SLOWER, a_tile),
        Bar("peak, 16 / 1", LARGER, lambda _: many.peak_mb / one.peak_mb),
    )
    race = Field(f"Growth: eight products of tiles of {size} x {size} px", [one, many], (), cache.root / "out", bars)
    race.race(rounds)
    yield from table.rows(race)
