"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness import Contestant, Field, Kind

HEAD = (
    "| contestant | wall s, rounds | median | CPU s | peak MB | x best peer | x rs | pixels off / validity % | |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def best_peer(field: Field) -> Contestant | None:
    """The fastest peer that makes the same product."""
    peers = [one for one in field.contestants if one.kind is Kind.PEER and one.ran and one.equal]
    return min(peers, key=lambda one: one.wall, default=None)


def rows(field: Field) -> Iterator[str]:
    """The table of a race."""
    yield f"### {field.title}\n"
    yield HEAD
    best, reference = best_peer(field), field.ours
    for one in field.contestants:
        yield _row(one, best, reference)


def _row(one: Contestant, best: Contestant | None, reference: Contestant) -> str:
    if not one.ran:
        return f"| {one.name} | | | | | | | | absent: {one.absent} |"
    rounds = ", ".join(f"{run.wall:.2f}" for run in one.runs)
    ratio = f"{one.wall / best.wall:.2f}" if best else ""
    to_us = f"{one.wall / reference.wall:.2f}" if reference.ran else ""
    if one.kind is Kind.OURS:
        pixels, remark = "reference", one.note
    else:
        pixels, remark = str(one.found or ""), ("" if one.equal else f"unequal: {one.note or 'pixels differ'}")
    return (
        f"| {one.name} | {rounds} | {one.wall:.2f} | {one.cpu:.2f} | {one.peak_mb:.0f} | {ratio} | {to_us}"
        f" | {pixels} | {remark} |"
    )
