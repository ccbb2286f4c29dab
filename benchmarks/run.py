"""Run benchmarks: python -m benchmarks.run quick|full [W1 ...] [--scenes DIR] [--rounds N] [--only rs]"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import table
from benchmarks.scenes import FULL, HALF, QUICK, Cache
from benchmarks.workloads import WORKLOADS

SIZES = {"quick": QUICK, "half": HALF, "full": FULL}


def main(words: list[str] | None = None) -> int:
    """Run the workloads and print their tables."""
    options = _parser().parse_args(words)
    cache = Cache(options.scenes)
    for name in options.workloads or WORKLOADS:
        field = WORKLOADS[name](cache, SIZES[options.scale])
        if options.only:
            field.contestants[:] = [one for one in field.contestants if one.name.startswith(options.only)]
        field.race(options.rounds)
        for line in table.rows(field):
            print(line, flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scale", choices=tuple(SIZES))
    parser.add_argument("workloads", nargs="*")
    parser.add_argument("--scenes", type=Path, default=Path(tempfile.gettempdir()) / "rs-bench-scenes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="contestants whose name starts so")
    return parser


if __name__ == "__main__":
    sys.exit(main())
