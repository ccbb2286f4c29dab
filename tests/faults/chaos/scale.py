"""One item published at a small and at a large catalogue: what it costs must not grow with what is there.

Measured is the real path: place, item, commit, sign, derive; in a process that has just started, and in one
that goes on. Files and bytes are counted at the disk; time is printed and judged by nobody.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.faults.chaos.damage import measured
from tests.faults.chaos.report import Dose, Table
from tests.support.synthetic_site import SyntheticSite, links

from rs.catalog.register import Register

COUNTS = {Dose.SMALL: (60, 700), Dose.QUICK: (1_000, 10_000), Dose.FULL: (1_000, 100_000)}
FRESH = {Dose.SMALL: 1, Dose.QUICK: 3, Dose.FULL: 5}
"""Processes that publish one item each, before the one that goes on."""
WARM = {Dose.SMALL: 2, Dose.QUICK: 5, Dose.FULL: 9}
"""Items that the one that goes on publishes, after a first one that is not counted."""
MOST_RATIO = 1.5
MOST_DERIVED = 5
"""Files of the index that one item rewrites: catalogue, collection, year, month, day."""
IN_INDEX = "of them in the index"
MOST_LINKS = 1000
FIRST = 5_000_001
"""Number of the first item that is published; both sites get the same ones."""


def run(dose: Dose, folder: Path, seed: int) -> list[Table]:
    """Publish at both sizes; compare; then verify the large site whole."""
    small, large = COUNTS[dose]
    sites = [site_of(folder, count) for count in (small, large)]
    fresh, warm = zip(
        *(costs(root, count, dose) for root, count in zip(sites, (small, large), strict=True)), strict=True
    )
    tables = [
        compared(f"One item, {name}", (small, large), found)
        for name, found in (("in a new process", fresh), ("in a process that goes on", warm))
    ]
    files = Table("Files of the catalogue that one item rewrites", ["live items", "name", "bytes"])
    for count, found in zip((small, large), fresh, strict=True):
        files.rows += [[count, name, size] for name, size in found["derived"].items()]
    return [*tables, files, *(widest(root, count) for root, count in zip(sites, (small, large), strict=True)),
            measured(sites[1])]  # fmt: skip


def site_of(folder: Path, count: int) -> Path:
    """A site of so many items; one that is there already is taken."""
    root = folder / f"site{count}"
    if not root.exists():
        SyntheticSite.of(root, count)
    return root


def costs(root: Path, count: int, dose: Dose) -> tuple[dict[str, Any], dict[str, Any]]:
    """Costs of an item in a new process, and in one that goes on: the middle of several."""
    # a site that was measured before goes on with the next items
    first = FIRST + Register(root / "register" / "resource").head() - count
    fresh = [_apart(root, first + k, 1)[0] for k in range(FRESH[dose])]
    warm = _apart(root, first + FRESH[dose], WARM[dose] + 1)[1:]
    return _middle(fresh), _middle(warm)


def _apart(root: Path, first: int, count: int) -> list[dict[str, Any]]:
    words = [sys.executable, "-m", "tests.faults.chaos.scale_one", str(root), str(first), str(count)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    if done.returncode:
        raise AssertionError(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _middle(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The middle of every number; of the files those of the last one."""
    names = [name for name, value in found[0].items() if isinstance(value, int | float)]
    middle: dict[str, Any] = {name: sorted(one[name] for one in found)[len(found) // 2] for name in names}
    return {**middle, "derived": found[-1]["derived"]}


def compared(title: str, counts: tuple[int, int], found: tuple[dict[str, Any], ...]) -> Table:
    """A line a cost, with the ratio; counts and memory must not grow."""
    table = Table(title, ["", *(f"{count} live items" for count in counts), "ratio"])
    small, large = found
    for name, value in small.items():
        if name == "derived":
            continue
        ratio = large[name] / value if value else float(large[name] > 0)
        table.rows.append([name, _text(value), _text(large[name]), f"{ratio:.2f}"])
        if ratio > MOST_RATIO and not name.startswith("ms") and name != IN_INDEX:
            table.failures.append(f"{title}: {name} grows {ratio:.2f} times")
    if large[IN_INDEX] > MOST_DERIVED:
        table.failures.append(f"{title}: {large[IN_INDEX]} files of the index are rewritten")
    return table


def _text(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.1f}"


def widest(root: Path, count: int) -> Table:
    """The most links of any derived file."""
    found = list(links(root))
    path, most = max(found, key=lambda one: one[1])
    table = Table(f"Links in the {len(found)} files of the catalogue of {count} items", ["file", "links"])
    table.rows.append([path.relative_to(root), most])
    if most > MOST_LINKS:
        table.failures.append(f"{path} has {most} links")
    return table
