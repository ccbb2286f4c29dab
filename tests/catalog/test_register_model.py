"""The register against a dictionary: publish, supersede, withdraw, in any order, by several readers."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from rs.catalog.register import Action, Fact, Register
from rs.errors import Conflict

SLOTS = st.sampled_from(["a", "b", "c"])
KEYS = st.sampled_from(["k1", "k2", "k3"])


def _fact(action: Action, slot: str, key: str, supersedes: str = "") -> Fact:
    return Fact(action, slot, f"{slot}-{key}", "ndvi", f"{slot}_{key}", "0" * 64, {}, supersedes)


class RegisterModel(RuleBasedStateMachine):
    """Slots and the key that lives in each; `count` entries were written."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.registers = [Register(Path(self.folder.name)) for _ in range(2)]
        self.model: dict[str, str] = {}
        self.withdrawn: dict[str, int] = {}
        self.count = 0

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(slot=SLOTS, key=KEYS, who=st.integers(0, 1))
    def publish(self, slot: str, key: str, who: int) -> None:
        self._commit(who, _fact(Action.PUBLISH, slot, key), allowed=slot not in self.model)

    @rule(slot=SLOTS, key=KEYS, who=st.integers(0, 1))
    def reinstate(self, slot: str, key: str, who: int) -> None:
        """A withdrawn item comes back only where its withdrawal is named."""
        number = self.withdrawn.get(f"{slot}-{key}")
        if number is not None:
            fact = replace(_fact(Action.PUBLISH, slot, key), about={"reinstates": str(number)})
            self._commit(who, fact, allowed=slot not in self.model)

    @rule(slot=SLOTS, key=KEYS, old=KEYS, who=st.integers(0, 1))
    def supersede(self, slot: str, key: str, old: str, who: int) -> None:
        allowed = self.model.get(slot) == old
        self._commit(who, _fact(Action.SUPERSEDE, slot, key, f"{slot}_{old}"), allowed=allowed)

    @rule(slot=SLOTS, old=KEYS, who=st.integers(0, 1))
    def withdraw(self, slot: str, old: str, who: int) -> None:
        fact = _fact(Action.WITHDRAW, slot, old, f"{slot}_{old}")
        if self.model.get(slot) != old:
            with pytest.raises(Conflict):
                self.registers[who].commit(fact)
            return
        assert self.registers[who].commit(fact).number == self.count + 1
        self.count += 1
        del self.model[slot]
        self.withdrawn[f"{slot}-{old}"] = self.count

    def _commit(self, who: int, fact: Fact, *, allowed: bool) -> None:
        """A live key stands as it is; else the entry is appended where the model allows it."""
        register = self.registers[who]
        if f"{fact.slot}-{self.model.get(fact.slot)}" == fact.key:
            assert register.commit(fact).number <= self.count
        elif allowed and (fact.key not in self.withdrawn or fact.about):
            assert register.commit(fact).number == self.count + 1
            self.count += 1
            self.model[fact.slot] = fact.key.partition("-")[2]
            self.withdrawn.pop(fact.key, None)
        else:
            with pytest.raises(Conflict):
                register.commit(fact)

    @invariant()
    def every_reader_sees_the_model(self) -> None:
        for register in self.registers:
            assert register.head() == self.count
            assert {slot: entry.fact.key for slot, entry in register.live().items()} == {
                slot: f"{slot}-{key}" for slot, key in self.model.items()
            }
            assert [entry.number for entry in register.read()] == list(range(1, self.count + 1))


TestRegisterModel = pytest.mark.filterwarnings("error")(RegisterModel.TestCase)
TestRegisterModel.settings = settings(deadline=None, max_examples=20, stateful_step_count=20)
