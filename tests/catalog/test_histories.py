"""Any history verifies clean at every step; any one thing changed in it is named."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.catalog.findings import told
from tests.catalog.small import Small

from rs.catalog.heads import checkpoint_of
from rs.catalog.resume import resume
from rs.errors import Conflict, UsageError
from rs.trust.keystore import rotate

SLOTS = ("a", "b", "c")
STEPS = ("publish", "publish", "supersede", "withdraw", "sign", "sign", "rotate", "back up", "restore")


class History:
    """A signed site that steps are taken on, and what a consumer keeps of it."""

    def __init__(self, folder: Path) -> None:
        self.site = Small(folder / "site").with_keys()
        self.backup = folder / "backup"
        self.kept: bytes | None = None
        self.versions = 0

    def take(self, step: str, slot: str) -> None:
        """One step; what the register refuses is no step."""
        live = self.site.register.standing(slot)
        self.versions += 1
        if step == "publish" and live is None:
            self.site.publish(slot, self.versions)
        elif step == "supersede" and live is not None:
            self.site.publish(slot, self.versions, supersedes=live.fact.item)
        elif step == "withdraw" and live is not None:
            self.site.withdraw(slot)
        elif step == "sign":
            self.sign()
        elif step == "rotate":
            self._rotate()
        elif step == "back up":
            shutil.rmtree(self.backup, ignore_errors=True)
            # the cache is derived, and SQLite's files come and go
            shutil.copytree(self.site.root, self.backup, ignore=shutil.ignore_patterns("cache"))
        elif step == "restore" and self.backup.exists():
            self._restore()

    def sign(self) -> None:
        """Sign, and let the consumer keep the checkpoint."""
        self.site.sign()
        self.kept = self.head.read_bytes()

    @property
    def head(self) -> Path:
        """The newest checkpoint of the epoch in force."""
        return Path(self.site.register.store.where("checkpoint"))

    def _rotate(self) -> None:
        try:
            rotate(self.site.layout.keys, datetime.now(UTC))
        except UsageError:
            # twice in a second
            return

    def _restore(self) -> None:
        """The backup takes the place of all but the keys, which have a backup of their own."""
        keys = self.backup.parent / "keys"
        shutil.copytree(self.site.layout.keys, keys)
        shutil.rmtree(self.site.root)
        shutil.copytree(self.backup, self.site.root)
        shutil.rmtree(self.site.layout.keys)
        keys.rename(self.site.layout.keys)
        if self.kept is None:
            return
        known = checkpoint_of(self.kept)
        try:
            resume(self.site.layout, known)
        except UsageError as error:
            # nothing that was signed is lost
            assert "all that the last known checkpoint covers" in error.what
            return
        self.sign()


def steps_of(words: str) -> list[tuple[str, str]]:
    """Steps, all in one slot."""
    return [(word, "a") for word in words.split(", ")]


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(SLOTS)), max_size=14))
@example(steps_of("back up, publish, sign, restore, restore"))
@example(steps_of("publish, sign, back up, publish, sign, restore, publish, sign, restore, publish, sign, restore"))
@settings(deadline=None, max_examples=30)
def test_every_history_verifies(steps: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder))
        for step, slot in [*steps, ("sign", "a")]:
            try:
                history.take(step, slot)
            except Conflict:
                continue
            found = history.site.verify(kept=history.kept)
            assert found.ok, (step, told(found))
        ring = history.site.ring
        found = history.site.verify(ring=ring, kept=history.kept)
        assert found.ok and found.signed == found.entries, told(found)


def _every(pattern: str) -> Callable[[Small], list[Path]]:
    return lambda site: sorted(site.root.glob(pattern))


TARGETS = {
    "entry": _every("register/resource/**/0*/*.json"), "item": _every("items/*/*.json"),
    "file": _every("data/*/*/*"), "attestation": _every("attestations/*/*.json"),
    "checkpoint": lambda site: [Path(site.register.store.where("checkpoint"))],
}  # fmt: skip
CHANGES: dict[str, Callable[[Path], object]] = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "empty": lambda path: path.write_bytes(b""),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b" "),
    "other case": lambda path: path.write_bytes(path.read_bytes().swapcase()),
    "gone": lambda path: path.unlink(),
}


@given(
    st.lists(st.tuples(st.sampled_from(STEPS[:8]), st.sampled_from(SLOTS)), max_size=10),
    st.sampled_from(sorted(TARGETS)), st.sampled_from(sorted(CHANGES)), st.data(),
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_any_one_change_is_named(steps: list[tuple[str, str]], target: str, change: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder))
        for step, slot in [("publish", "a"), *steps, ("sign", "a")]:
            try:
                history.take(step, slot)
            except Conflict:
                continue
        path = data.draw(st.sampled_from(TARGETS[target](history.site)), "path")
        CHANGES[change](path)
        found = history.site.verify(ring=history.site.ring, kept=history.kept)
        # an entry that is gone shows at the checkpoint, or as a gap
        named = str(path) in {finding.where for finding in found.findings}
        assert named or (target, change) == ("entry", "gone"), (path, change)
        # a checkpoint that is gone is what a killed run leaves
        assert not found.ok or (target, change) == ("checkpoint", "gone")
