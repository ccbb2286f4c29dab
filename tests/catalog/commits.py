"""What a writer process of the register test does; importable by a spawned process."""

from __future__ import annotations

from multiprocessing.synchronize import Barrier
from pathlib import Path

from rs.catalog.register import Action, Fact, Register


def fact_of(number: int) -> Fact:
    """The fact that fills slot `number`."""
    return Fact(Action.PUBLISH, f"slot{number}", f"key{number}", "ndvi", f"item{number}", "0" * 64, {})


def commit_all(folder: str, numbers: list[int], start: Barrier, answer: str) -> None:
    """Commit facts when all writers are ready; write the entry numbers that were answered."""
    register = Register(Path(folder))
    start.wait()
    given = [register.commit(fact_of(number)).number for number in numbers]
    Path(answer).write_text("\n".join(f"{n} {entry}" for n, entry in zip(numbers, given, strict=True)))
