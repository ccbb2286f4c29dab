"""A faulty input is called back: everything made of it is withdrawn in the register, and not made of it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from rs.catalog.entry import Action, Entry, Fact
from rs.catalog.layout import Layout, item_name
from rs.catalog.register import Register
from rs.core.result import Outcome
from rs.core.scene import OpenMode
from rs.errors import UsageError
from rs.operate.acquire import files_of
from rs.operate.afterwards import follow_up
from rs.operate.journal import digest_of
from rs.operate.keys import signer_of
from rs.operate.ledger import SCENES, SLOTS, Ledger, SceneState, State


@dataclass(frozen=True, slots=True)
class Recall:
    """Items that were withdrawn, and what could not follow at once (signature, index)."""

    scene: str
    withdrawn: tuple[str, ...]
    late: tuple[Outcome, ...]


def recall(layout: Layout, ledger: Ledger, mode: OpenMode, scene: str, reason: str) -> Recall:
    """Withdraw every live item that was made from a file of a scene; doing it again withdraws what came since.

    The scene is not used again until its source holds other bytes. Raises UnknownName, UsageError without a reason.
    """
    if not reason.strip():
        raise UsageError("a recall needs a reason, which every consumer reads", remedy="Give --reason")
    files = files_of(layout, scene)
    register = layout.open_register()
    found = list(_made_of(layout, register, set(files.values())))
    row = {"name": scene, "state": SceneState.RECALLED.value, "kind": "recalled", "reason": reason}
    ledger.put(SCENES, [{**row, "digest": digest_of(files)}])
    for entry in found:
        fact = entry.fact
        register.commit(
            Fact(Action.WITHDRAW, fact.slot, fact.key, fact.product, fact.item, fact.item_digest, {}, fact.item,
                 {"reason": reason, "recalled": scene})
        )  # fmt: skip
    ledger.put(
        SLOTS,
        [{"slot": entry.fact.slot, "state": State.WITHDRAWN.value, "redo": False, "stale": False,
          "reason": f"its input {scene} was recalled: {reason}"} for entry in found],
    )  # fmt: skip
    late = follow_up(layout, register, mode, signer_of(layout))
    return Recall(scene, tuple(entry.fact.item for entry in found), tuple(late))


def _made_of(layout: Layout, register: Register, digests: set[str]) -> Iterator[Entry]:
    """Live entries whose items name one of these digests among their inputs."""
    for entry in register.live().values():
        body = layout.store.read(item_name(entry.fact.product, entry.fact.item))
        if body is not None and digests & set(json.loads(body)["properties"]["rs:inputs"].values()):
            yield entry
