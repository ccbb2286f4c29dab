"""Growth: one tile against many, few dates against many: time and memory of the whole process tree."""

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

SLOWER, LARGER, LINEAR = 1.5, 1.4, 2.2
"""How much longer a tile may take among many, how much more memory a larger run may hold, what twice the dates take."""


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


def of_tiles(cache: Cache, size: int, number: int, rounds: int) -> Iterator[str]:
    """The table of one tile and many, and the bars."""
    scenes = copies(cache.item(size), number)
    one, many = ours("rs produce, 1 tile", EIGHT, scenes[0]), ours(f"rs produce, {number} tiles", EIGHT, *scenes)
    bars = (
        Bar(f"time a tile, {number} / 1", SLOWER, lambda _: many.wall / number / one.wall if many.ran else None),
        Bar(f"peak, {number} / 1", LARGER, lambda _: many.peak_mb / one.peak_mb if many.ran else None),
    )
    title = f"Growth: eight products of tiles of {size} x {size} px"
    race = Field(title, [one, many], (), cache.root / "out", bars, inputs=(scenes[0].parent,))
    race.race(rounds)
    yield from table.rows(race)


def of_dates(cache: Cache, size: int, number: int, rounds: int) -> Iterator[str]:
    """The table of a median of so many dates, of half and of a quarter of them, and the bars."""
    scenes = cache.dates(size, number)
    few, half, all_ = (
        ours(f"rs produce median, {n} dates", ("median",), *scenes[:n]) for n in (number // 4, number // 2, number)
    )
    bars = (
        Bar(f"time, {number} / {number // 2} dates", LINEAR, lambda _: all_.wall / half.wall if all_.ran else None),
        Bar(
            f"peak, {number} / {number // 4} dates", LARGER, lambda _: all_.peak_mb / few.peak_mb if all_.ran else None
        ),
    )
    title = f"Growth: median of 3 bands of {size} x {size} px over dates"
    race = Field(title, [few, half, all_], (), cache.root / "out", bars, inputs=tuple(s.parent for s in scenes))
    race.race(rounds)
    yield from table.rows(race)
