"""One in a hundred items, files and signatures lost or damaged, and strays added: verify names each and no other.

Then repair: what it says is left is what a second verify names. An item has at most one damaged part.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.chaos.report import Dose, Table
from tests.support.synthetic_site import Made, SyntheticSite, made

from rs.catalog.layout import attestation_name
from rs.catalog.repair import repair
from rs.catalog.verify import Severity, Verification, verify
from rs.core.scene import OpenMode
from rs.products import products
from rs.trust.keystore import load_ring

ITEMS = {Dose.SMALL: 200, Dose.QUICK: 2_000, Dose.FULL: 10_000}
SHARE = 100
"""One in so many."""
PARTS = ("item", "file", "lineage", "attestation")
BLOCK = 64


def _delete(path: Path, chance: random.Random) -> None:
    path.unlink()


def _flip(path: Path, chance: random.Random) -> None:
    body = bytearray(path.read_bytes())
    body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    path.write_bytes(body)


def _cut(path: Path, chance: random.Random) -> None:
    body = path.read_bytes()
    path.write_bytes(body[: chance.randrange(len(body))])


def _zero(path: Path, chance: random.Random) -> None:
    body = path.read_bytes()
    at = chance.randrange(max(1, len(body) - BLOCK))
    path.write_bytes(body[:at] + b"\0" * min(BLOCK, len(body) - at) + body[at + BLOCK :])


DAMAGES: dict[str, Callable[[Path, random.Random], None]] = {
    "deleted": _delete, "one bit flipped": _flip, "cut off": _cut, "a block of zeros": _zero,
}  # fmt: skip


@dataclass
class Damaged:
    """What was done: kind of damage of each path; strays; those strays that hold what was deleted elsewhere."""

    kinds: dict[str, str] = field(default_factory=dict)
    strays: set[str] = field(default_factory=set)
    moved: int = 0


def run(dose: Dose, folder: Path, seed: int) -> list[Table]:
    """Damage, verify, repair, verify."""
    site = SyntheticSite.of(folder / "site", ITEMS[dose])
    root = site.layout.root
    done = damage(root, ITEMS[dose], random.Random(seed))
    first = verify(root)
    ring = load_ring(site.layout.keys)
    mended = repair(site.layout, products(), OpenMode.CLOSED, ring, site.signer)
    second = verify(root)
    left = {where for where, _ in mended.left}
    table = named(done, first)
    table.failures += _differences("before the repair", set(done.kinds), errors(first))
    table.failures += _differences("strays before the repair", done.strays, notices(first))
    table.failures += _differences("after the repair", left, errors(second))
    mending = Table(
        "Repair",
        ["damaged or lost", "moved elsewhere as strays", "back", "signed again", "left and named", "named after it"],
        [[len(done.kinds), done.moved, _said(mended.mended, "brought back"), _said(mended.mended, "signed again"),
          len(left), len(errors(second))]],
    )  # fmt: skip
    return [table, mending, measured(root)]


def damage(root: Path, count: int, chance: random.Random) -> Damaged:
    """Damage one in a hundred of each part, and add as many strays."""
    done = Damaged()
    numbers = chance.sample(range(1, count + 1), len(PARTS) * (count // SHARE))
    for place, number in enumerate(numbers):
        part, kind = PARTS[place % len(PARTS)], chance.choice(list(DAMAGES))
        path = root / _name(made(number), part)
        body = path.read_bytes()
        DAMAGES[kind](path, chance)
        done.kinds[str(path)] = f"{part} {kind}"
        if kind == "deleted" and part != "attestation" and chance.random() < 0.5:
            done.strays.add(_stray(root, path, body, place))
            done.moved += 1
    for place in range(count // SHARE):
        beside = root / _name(made(chance.randrange(1, count + 1)), chance.choice(PARTS))
        done.strays.add(_stray(root, beside, chance.randbytes(100), place + count))
    return done


def _name(one: Made, part: str) -> str:
    if part == "attestation":
        return attestation_name(one.fact.product, one.fact.item)
    if part == "item":
        return one.name
    return next(name for name in one.files if ("/lineage." in name) == (part == "lineage"))


def _stray(root: Path, beside: Path, body: bytes, number: int) -> str:
    path = beside.with_name(f"stray{number}{beside.suffix}")
    path.write_bytes(body)
    return str(path)


def named(done: Damaged, found: Verification) -> Table:
    """How many of each kind were damaged, and how many of them verify names."""
    table = Table("Damage that verify names", ["damage", "done", "named"])
    told = errors(found)
    kinds, hits = Counter(done.kinds.values()), Counter(k for path, k in done.kinds.items() if path in told)
    table.rows = [[kind, count, hits[kind]] for kind, count in sorted(kinds.items())]
    table.rows.append(["all of these", len(done.kinds), len(told)])
    table.rows.append(["stray added", len(done.strays), len(notices(found))])
    table.rows.append(["false alarms", 0, len((told - set(done.kinds)) | (notices(found) - done.strays))])
    return table


def errors(found: Verification) -> set[str]:
    """Places of errors."""
    return {os.path.normpath(one.where) for one in found.findings if one.severity is Severity.ERROR}


def notices(found: Verification) -> set[str]:
    """Places of notices."""
    return {os.path.normpath(one.where) for one in found.findings if one.severity is Severity.NOTICE}


def _differences(when: str, meant: set[str], told: set[str]) -> Iterator[str]:
    yield from (f"{when}: {path} is not named" for path in sorted(meant - told)[:5])
    yield from (f"{when}: {path} is named and should not be" for path in sorted(told - meant)[:5])


def _said(words: list[tuple[str, str]], start: str) -> int:
    return sum(what.startswith(start) for _, what in words)


MEASURE = """
import json, resource, sys, time
from pathlib import Path
import rs.catalog.verify as catalog
before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
found = catalog.verify(Path(sys.argv[1]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([found.entries, found.files, time.monotonic() - begun, used.ru_utime + used.ru_stime,
                  before / 1024, used.ru_maxrss / 1024]))
"""


def measured(root: Path) -> Table:
    """Time and memory of a verification in a process of its own."""
    done = subprocess.run([sys.executable, "-c", MEASURE, str(root)], capture_output=True, text=True, check=True)
    entries, files, seconds, cpu, before, peak = json.loads(done.stdout)
    columns = ["entries", "files", "seconds", "CPU seconds", "MiB at the start", "MiB at most"]
    row = [entries, files, f"{seconds:.1f}", f"{cpu:.1f}", f"{before:.0f}", f"{peak:.0f}"]
    return Table("Verification", columns, [row])
