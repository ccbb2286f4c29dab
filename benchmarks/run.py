"""Run benchmarks and print their tables in Markdown.

python -m benchmarks.run quick|half|full [W1 ...] [--scenes DIR] [--rounds N] [--only "rs "]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks import growth, startup, table, workloads
from benchmarks.harness import Field
from benchmarks.scenes import FULL, HALF, QUICK, TINY, Cache
from rs.raster.env import prepare

SIZES = {"tiny": TINY, "quick": QUICK, "half": HALF, "full": FULL}
ROUNDS = {"tiny": 1, "quick": 1, "half": 3, "full": 3}
RACES: Mapping[str, tuple[Callable[[Cache, int], Field], ...]] = {
    "W1": (workloads.w1,), "W2": (workloads.w2, workloads.w2_geomedian), "W3": (workloads.w3,),
    "W4": (workloads.w4,), "W5": (workloads.w5,),
}  # fmt: skip
"""Against peers and parts, on one scene."""

ALONE: Mapping[str, Callable[[Cache, int, int], Iterator[str]]] = {"W9": startup.w9, "growth": growth.growth}
"""Our command alone."""

DATED = {"tiny": TINY, "quick": 1_026, "half": QUICK, "full": 3_072}
"""Sides of the scenes of W2 [px]."""

GROWING = {"tiny": TINY, "quick": TINY, "half": QUICK, "full": QUICK}
"""Sides of the tiles of `growth` [px], which are many."""


def main(words: list[str] | None = None) -> int:
    """Run the workloads and print their tables."""
    prepare()
    options = _parser().parse_args(words)
    cache = Cache(options.scenes.resolve())
    print(f"{table.versions()}\n", flush=True)
    rounds = options.rounds or ROUNDS[options.scale]
    for name in options.workloads or (*RACES, *ALONE):
        if name in RACES:
            lines = _race(name, cache, options, rounds)
        else:
            lines = ALONE[name](cache, (GROWING if name == "growth" else SIZES)[options.scale], rounds)
        for line in lines:
            print(line, flush=True)
    return 0


def _race(name: str, cache: Cache, options: argparse.Namespace, rounds: int) -> Iterator[str]:
    """Every contestant once on a tiny scene, so that libraries and compiled code are in the caches; then the race."""
    wanted = (DATED if name == "W2" else SIZES)[options.scale]
    for make in RACES[name]:
        for size in dict.fromkeys((TINY, wanted)):
            field = make(cache, size)
            field.contestants[:] = [one for one in field.contestants if one.name.startswith(options.only)]
            field.race(rounds if size == wanted else 1, quiet=size != wanted)
            if size == wanted:
                yield from table.rows(field)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scale", choices=tuple(SIZES))
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
