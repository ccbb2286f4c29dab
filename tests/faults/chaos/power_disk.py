"""A disk that knows what a loss of power would leave of what was done to it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rs.core.disk import Disk


@dataclass
class Held:
    """A file, whatever names it has: where it can be read now, and the bytes that were made durable."""

    body: bytes
    durable: bytes | None = None


Names = dict[str, Held | None]
"""Names in a folder; None is a folder."""


@dataclass
class Folder:
    """A folder: the names that it has now, and those that were made durable."""

    now: Names = field(default_factory=dict)
    durable: Names = field(default_factory=dict)


class PowerDisk(Disk):
    """Does everything for real, and keeps what is durable: bytes from sync_file on, names from sync_folder on.

    before: called before every operation, when power might be lost. Nothing but this object may write below
    its root, but for folders, and files that are named by no one.
    """

    def __init__(self, root: Path, before: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.root, self.before = root, before
        self.folders: dict[Path, Folder] = {root: Folder()}

    def write(self, path: Path, body: bytes) -> None:
        """See Disk; nothing of it is durable."""
        self.before()
        super().write(path, body)
        self._folder(path.parent).now[path.name] = Held(body)

    def copy(self, source: Path, target: Path) -> None:
        """See Disk; nothing of it is durable."""
        self.before()
        super().copy(source, target)
        self._folder(target.parent).now[target.name] = Held(target.read_bytes())

    def sync_file(self, path: Path) -> None:
        """The bytes are durable, under all names."""
        self.before()
        held = self._held(path)
        held.body = held.durable = path.read_bytes()

    def sync_folder(self, path: Path) -> None:
        """The names that the folder has now, and has no more, are durable."""
        self.before()
        if not path.is_relative_to(self.root):
            return
        folder = self._folder(path)
        folder.now |= {sub.name: None for sub in path.iterdir() if sub.is_dir()}
        folder.durable = dict(folder.now)

    def link(self, source: Path, target: Path) -> None:
        """One file, two names."""
        self.before()
        super().link(source, target)
        self._folder(target.parent).now[target.name] = self._held(source)

    def replace(self, source: Path, target: Path) -> None:
        """The name moves; of a folder, all that is below moves with it."""
        self.before()
        super().replace(source, target)
        moved = self._folder(source.parent).now.pop(source.name, None)
        self._folder(target.parent).now[target.name] = moved
        for path in [path for path in self.folders if path.is_relative_to(source)]:
            self.folders[target / path.relative_to(source)] = self.folders.pop(path)

    def remove(self, path: Path) -> None:
        """The name is gone, but not durably."""
        self.before()
        super().remove(path)
        self._folder(path.parent).now.pop(path.name, None)

    def make_one(self, path: Path) -> None:
        """The name of the folder is not durable yet."""
        self.before()
        super().make_one(path)
        self._folder(path.parent).now[path.name] = None

    def leave(self, target: Path, chance: random.Random | None = None) -> None:
        """Write what a loss of power now would leave.

        Without chance only what is durable; with it, of what is not, any names, and any beginnings of the bytes.
        """
        self._leave(self.root, target, chance)

    def _leave(self, path: Path, target: Path, chance: random.Random | None) -> None:
        target.mkdir(parents=True, exist_ok=True)
        for name, held in _survivors(self.folders.get(path, Folder()), chance).items():
            if held is None:
                self._leave(path / name, target / name, chance)
            else:
                (target / name).write_bytes(_bytes(held, chance))

    def _folder(self, path: Path) -> Folder:
        return self.folders.setdefault(path, Folder())

    def _held(self, path: Path) -> Held:
        """A file, also one from outside of which nothing is durable."""
        found = self._folder(path.parent).now.get(path.name)
        return found if found is not None else Held(path.read_bytes())


def _survivors(folder: Folder, chance: random.Random | None) -> Names:
    if chance is None:
        return folder.durable
    names: Names = {}
    for name in sorted({*folder.now, *folder.durable}):
        state = folder.now if chance.random() < 0.5 else folder.durable
        if name in state:
            names[name] = state[name]
    return names


def _bytes(held: Held, chance: random.Random | None) -> bytes:
    if held.durable is not None:
        return held.durable
    return b"" if chance is None else held.body[: chance.randrange(len(held.body) + 1)]
