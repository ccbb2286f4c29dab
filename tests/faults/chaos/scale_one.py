"""Publishes items at a site and prints what each costs: python -m tests.faults.chaos.scale_one SITE NUMBER COUNT."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from tests.faults.chaos.scale import IN_INDEX
from tests.support.synthetic_site import SyntheticSite, made

from rs.core.disk import Disk


class CountingDisk(Disk):
    """Knows which names got bytes, how many, and how often something was synced."""

    def __init__(self) -> None:
        super().__init__()
        self.named: dict[Path, int] = {}
        self.synced = 0

    def link(self, source: Path, target: Path) -> None:
        """A new name."""
        super().link(source, target)
        self.named[target] = target.stat().st_size

    def replace(self, source: Path, target: Path) -> None:
        """New bytes under a name."""
        super().replace(source, target)
        self.named[target] = target.stat().st_size

    def sync_file(self, path: Path) -> None:
        """Counted."""
        super().sync_file(path)
        self.synced += 1

    def sync_folder(self, path: Path) -> None:
        """Counted."""
        super().sync_folder(path)
        self.synced += 1


def costs(root: Path, number: int, disk: CountingDisk, held: SyntheticSite | None) -> tuple[SyntheticSite, Any]:
    """Publish item `number`; give what it cost. Without a site that is held, opening it is part of the cost."""
    disk.named.clear()
    disk.synced, new = 0, made(number)
    before, begun = _written(), time.perf_counter()
    site = held or SyntheticSite.at(root, disk)
    opened = time.perf_counter()
    site.publish(new)
    published = time.perf_counter()
    site.finish()
    done = time.perf_counter()
    # temporary names got their bytes before the names that are told here
    named = {
        path.relative_to(root).as_posix(): size
        for path, size in disk.named.items()
        if not path.name.startswith(".new-")
    }
    derived = {name: size for name, size in sorted(named.items()) if name.startswith("index/")}
    return site, {
        "ms in all": 1000 * (done - begun), "ms to open": 1000 * (opened - begun),
        "ms to place, store, commit": 1000 * (published - opened), "ms to sign and derive": 1000 * (done - published),
        "files written": len(named), IN_INDEX: len(derived), "bytes of files": sum(named.values()),
        "bytes of the index": sum(derived.values()), "bytes written in all, views too": _written() - before,
        "syncs": disk.synced, "MiB of memory at most": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "derived": derived,
    }  # fmt: skip


def _written() -> int:
    """Bytes that this process has handed to write(2) and its like."""
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return int(dict(line.split(": ") for line in lines)["wchar"])


def main(root: Path, first: int, count: int) -> None:
    """A line of JSON an item."""
    disk, site = CountingDisk(), None
    for number in range(first, first + count):
        site, found = costs(root, number, disk, site)
        print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
