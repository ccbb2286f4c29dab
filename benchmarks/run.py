"""Run benchmarks and print their tables in Markdown.

python -m benchmarks.run quick|half|full [W1 ...] [--scenes DIR] [--rounds N] [--only "rs "]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import growth, startup, table, workloads
from benchmarks.harness import Field
from benchmarks.scenes import FULL, HALF, QUICK, SMALL, TINY, Cache

RACES: Mapping[str, tuple[Callable[[Cache, int], Field], ...]] = {
    "W1": (workloads.w1,), "W2": (workloads.w2, workloads.w2_geomedian), "W3": (workloads.w3,),
    "W4": (workloads.w4,), "W5": (workloads.w5,),
}  # fmt: skip
"""Against peers and parts."""

ALONE = ("W9", "growth")
"""Our command alone."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Sides of scenes [px]: one tile, one of several dates, one of many tiles; how many tiles; rounds.

    warm: what runs once on a tiny scene before: contestants whose name starts so ("": all).
    """

    tile: int
    dated: int
    small: int
    tiles: int
    dates: int
    rounds: int
    warm: str = ""


SCALES = {
    "tiny": Scale(TINY, TINY, TINY, 2, 6, 1, "none"),
    "quick": Scale(QUICK, QUICK, TINY, 4, 6, 1, "rs "),
    "half": Scale(HALF, SMALL, SMALL, 16, 24, 3),
    "full": Scale(FULL, 3_072, SMALL, 16, 24, 3),
}


def main(words: list[str] | None = None) -> int:
    """Run the workloads and print their tables."""
    options = _parser().parse_args(words)
    cache, scale = Cache(options.scenes.resolve()), SCALES[options.scale]
    print(f"{table.versions()}\n", flush=True)
    if options.scale != "full":
        print("The bars are meant for `full`: small scenes show start-up, not throughput.\n", flush=True)
    for name in options.workloads or (*RACES, *ALONE):
        for line in _lines(name, cache, scale, options):
            print(line, flush=True)
    return 0


def _lines(name: str, cache: Cache, scale: Scale, options: argparse.Namespace) -> Iterator[str]:
    rounds = options.rounds or scale.rounds
    if name == "W9":
        yield from startup.w9(cache, scale.tile, rounds)
    elif name == "growth":
        yield from growth.of_tiles(cache, scale.small, scale.tiles, rounds)
        yield from growth.of_dates(cache, scale.small, scale.dates, rounds)
    else:
        for make in RACES[name]:
            _warm(make(cache, TINY), (scale.warm, options.only))
            field = make(cache, scale.dated if name == "W2" else scale.tile)
            _keep(field, (options.only,))
            field.race(rounds)
            yield from table.rows(field)


def _warm(field: Field, starts: Iterable[str]) -> None:
    """Contestants once on a tiny scene: libraries and compiled code are in the caches then."""
    _keep(field, starts)
    field.race(1, quiet=True)


def _keep(field: Field, starts: Iterable[str]) -> None:
    field.contestants[:] = [one for one in field.contestants if all(one.name.startswith(start) for start in starts)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scale", choices=tuple(SCALES))
    names = (*RACES, *ALONE)
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"of {', '.join(names)}; default: all")
    parser.add_argument(
        "--scenes", type=Path, default=Path(tempfile.gettempdir()) / "rs-bench-scenes",
        help="folder of the scenes, which are kept (default: in the temporary folder)",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, default=0, help="rounds (default: 3, one for quick)")
    parser.add_argument("--only", default="", help="only contestants whose name starts so")
    return parser


if __name__ == "__main__":
    sys.exit(main())
