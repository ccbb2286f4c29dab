"""Several processes commit at once: the union of what they bring, each once, without a gap."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from tests.catalog.commits import commit_all

from rs.catalog.register import Register

WRITERS, COMMITS, STEP = 4, 50, 30


def test_four_writers_fill_every_slot_once(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neighbours share 20 facts: whoever comes second gets the entry of the first."""
    monkeypatch.syspath_prepend(str(root))
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(WRITERS)
    brought = [list(range(k * STEP, k * STEP + COMMITS)) for k in range(WRITERS)]
    answers = [tmp_path / f"answer{k}" for k in range(WRITERS)]
    writers = [
        spawn.Process(target=commit_all, args=(str(tmp_path / "register"), numbers, start, str(answer)))
        for numbers, answer in zip(brought, answers, strict=True)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * WRITERS

    entries = list(Register(tmp_path / "register").read())
    union = sorted({number for numbers in brought for number in numbers})
    assert sorted(entry.fact.slot for entry in entries) == sorted(f"slot{number}" for number in union)
    assert [entry.number for entry in entries] == list(range(1, len(union) + 1))
    held = {entry.fact.slot: entry.number for entry in entries}
    for answer in answers:
        given = [line.split() for line in answer.read_text().splitlines()]
        assert {f"slot{n}": int(entry) for n, entry in given}.items() <= held.items()
        assert len(given) == COMMITS
    files = [path for path in (tmp_path / "register").rglob("*") if path.is_file()]
    assert len(files) == len(union), "a temporary was left"
    assert len({entry.writer for entry in entries}) == WRITERS
