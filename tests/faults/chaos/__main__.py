"""Experiments that disturb `rs`: python -m tests.faults.chaos DOSE [NAME ...] [--seed N] [--trial NAME].

Doses: small, quick (10 min in all), full (90 min). Tables go to standard output, progress to standard error.
--trial runs one kill alone, by the name that a failure gives, and leaves its site to be looked at.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.chaos.experiments import EXPERIMENTS
from tests.faults.chaos.kills import run_one
from tests.faults.chaos.report import Dose

from rs.cli.settings import settings
from rs.core.jit import use_cache
from rs.raster.env import prepare


def main(words: list[str] | None = None) -> int:
    """Run experiments and print their tables; 1 where something was found that must not be."""
    options = _parser().parse_args(words)
    prepare()
    if (cache := settings().cache) is not None:
        use_cache(cache)
    if options.trial:
        folder = Path(tempfile.mkdtemp(prefix="rs-chaos-", dir=options.folder))
        outcome = run_one(options.trial, Dose(options.dose), folder)
        print(f"{outcome.words()}\nSites are in {folder / 'sites'}.")
        return 0 if outcome.ok else 1
    with tempfile.TemporaryDirectory(prefix="rs-chaos-", dir=options.folder) as base:
        return _run(options, Path(base))


def _run(options: argparse.Namespace, base: Path) -> int:
    failed = 0
    for experiment in EXPERIMENTS:
        if options.names and experiment.name not in options.names:
            continue
        begun = time.monotonic()
        folder = base / experiment.name
        folder.mkdir()
        print(f"## {experiment.name}: {experiment.title}\n", flush=True)
        for table in experiment.run(Dose(options.dose), folder, options.seed):
            failed += len(table.failures)
            print(table.markdown(), flush=True)
        print(f"Dose {options.dose}, seed {options.seed}, {(time.monotonic() - begun) / 60:.1f} min.\n", flush=True)
    print("FAILED" if failed else "Nothing was found that must not be.")
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.chaos", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("dose", choices=list(Dose))
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(e.name for e in EXPERIMENTS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--trial", default="", help="one kill alone, such as uniform:17 or failpoint:0:item.linked:3")
    parser.add_argument(
        "--folder", type=Path, default=None, help="where to work; default: the folder for temporary files"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
