"""A reader of the experiment: walks the catalogue again and again, and notes whatever does not fit together."""

from __future__ import annotations

import json
import posixpath
import random
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from tests.faults.chaos.publisher import Where

from rs.catalog.derived import POSITION
from rs.catalog.layout import CATALOG
from rs.store.store import Store

AGAIN = 10
"""Items of earlier walks that each walk looks at again."""
PAUSE = 0.02


class Walk:
    """What a reader knows: positions and items that it has seen, and what was torn."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.chance = store, random.Random(seed)
        self.positions: dict[str, int] = {}
        self.items: dict[str, None] = {}
        self.walks = self.files = self.checked = 0
        self.torn: list[str] = []

    def once(self) -> None:
        """catalog.json, collections, nodes, items; those of the last walk must be among those of this one."""
        if not self.store.exists(CATALOG):
            return
        found = self._file(CATALOG)
        for name in sorted(self.items.keys() - found):
            self.torn.append(f"{name}: was listed and is not any more")
        known = list(self.items)
        again = self.chance.sample(known, min(AGAIN, len(known)))
        for name in [*sorted(found - self.items.keys()), *again]:
            self._item(name)
        self.items |= dict.fromkeys(sorted(found))
        self.walks += 1

    def _file(self, name: str) -> set[str]:
        body = self._json(name)
        if body is None:
            return set()
        position = int(body.get(POSITION, -1))
        if position < self.positions.get(name, 0):
            self.torn.append(f"{name}: went back from {self.positions[name]} to {position}")
        self.positions[name] = position
        found: set[str] = set()
        for link in body["links"]:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), link["href"]))
            if link["rel"] == "child":
                found |= self._file(target)
            elif link["rel"] == "item":
                found.add(target)
        return found

    def _item(self, name: str) -> None:
        body = self._json(name)
        for key, asset in (body or {"assets": {}})["assets"].items():
            file = posixpath.normpath(posixpath.join(posixpath.dirname(name), asset["href"]))
            if "file:checksum" not in asset:
                if self.store.read(file) is None:
                    self.torn.append(f"{name}: its {key} is missing")
            elif f"1220{self.store.digest(file)}" != asset["file:checksum"]:
                self.torn.append(f"{name}: {file} is missing or other bytes")
        self.checked += 1

    def _json(self, name: str) -> dict[str, Any] | None:
        body = self.store.read(name)
        self.files += 1
        try:
            found: dict[str, Any] = json.loads(body or b"")
            return found
        except ValueError:
            self.torn.append(f"{name}: " + ("is missing" if body is None else "is no JSON"))
            return None


def read_on(where: Where, seed: int, over: Event, answer: str) -> None:
    """Walk until it is over, once more after that, then write what was seen."""
    walk = Walk(where.layout().store, seed)
    while not over.is_set():
        walk.once()
        time.sleep(PAUSE)
    walk.once()
    told = {"walks": walk.walks, "files": walk.files, "checked": walk.checked, "items": len(walk.items),
            "torn": walk.torn}  # fmt: skip
    Path(answer).write_text(json.dumps(told))
