"""Run benchmarks and print their tables in Markdown.

python -m benchmarks.run quick|half|full [W1 ...] [--scenes DIR] [--rounds N] [--only "rs "]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import table, workloads
from benchmarks.harness import Field
from benchmarks.scenes import FULL, HALF, QUICK, TINY, Cache
from rs.raster.env import prepare

SIZES = {"tiny": TINY, "quick": QUICK, "half": HALF, "full": FULL}
ROUNDS = {"tiny": 1, "quick": 1, "half": 3, "full": 3}
WORKLOADS: Mapping[str, Callable[[Cache, int], Field]] = {
    "W1": workloads.w1, "W4": workloads.w4, "W5": workloads.w5,
}  # fmt: skip


def main(words: list[str] | None = None) -> int:
    """Run the workloads and print their tables."""
    prepare()
    options = _parser().parse_args(words)
    cache = Cache(options.scenes.resolve())
    print(f"{table.versions()}\n", flush=True)
    for name in options.workloads or WORKLOADS:
        field = WORKLOADS[name](cache, SIZES[options.scale])
        if options.only:
            field.contestants[:] = [one for one in field.contestants if one.name.startswith(options.only)]
        if options.scale != "tiny":
            _warm(name, cache, options.only)
        field.race(options.rounds or ROUNDS[options.scale])
        print("\n".join(table.rows(field)), flush=True)
    return 0


def _warm(name: str, cache: Cache, only: str) -> None:
    """Every contestant once on a tiny scene: compiled code and files of libraries are in the caches."""
    field = WORKLOADS[name](cache, TINY)
    field.contestants[:] = [one for one in field.contestants if one.name.startswith(only)]
    field.race(1, quiet=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scale", choices=tuple(SIZES))
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"of {', '.join(WORKLOADS)}; default: all")
    parser.add_argument(
        "--scenes", type=Path, default=Path(tempfile.gettempdir()) / "rs-bench-scenes",
        help="folder of the scenes, which are kept (default: in the temporary folder)",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, default=0, help="rounds (default: 3, one for quick)")
    parser.add_argument("--only", default="", help="only contestants whose name starts so")
    return parser


if __name__ == "__main__":
    sys.exit(main())
