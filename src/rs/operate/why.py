"""Why a product of a place and day is there or is not: one sentence for each case, with what it rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import RowMapping

from rs.operate.ledger import SCENES, SLOTS, Ledger, SceneState, State

SENTENCES = {
    State.VISIBLE: "{product} of {scene} is there: item {item}.",
    State.PUBLISHED: "{product} of {scene} is published as {item}; the catalogue shows it after the next run.",
    State.EMPTY: "{product} of {scene} cannot be made ({kind}): {reason}",
    State.FAILED: "{product} of {scene} failed ({kind}) and is tried again by the next run: {reason}",
    State.PARKED: "{product} of {scene} failed {failures} times and rests ({kind}): {reason}",
    State.CLAIMED: "{product} of {scene} is being made by run {holder}.",
    State.PRODUCED: "{product} of {scene} was made and is not published yet: its run goes on, or was stopped.",
    State.EXPECTED: "{product} of {scene} is expected; no run has come to it yet.",
    State.WITHDRAWN: "{product} of {scene} was withdrawn: {reason}",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A sentence, what it is about, and the command that helps; '' where nothing is to be done."""

    sentence: str
    slot: str
    state: str
    command: str


def why(ledger: Ledger, site: str, made: Collection[str], product: str, day: str, tile: str = "") -> list[Answer]:
    """Answers for a product and a civil day, of one tile or of all. made: products of the site."""
    if product not in made:
        sentence = f"The site does not make {product}; site.toml names {', '.join(sorted(made))}."
        return [Answer(sentence, "", "", f"add {product} to products in {site}/site.toml")]
    conditions = [SLOTS.c.product == product, SLOTS.c.day == day, *([SLOTS.c.tile == tile] if tile else [])]
    slots = ledger.slots(*conditions)
    if slots:
        return [answer(row, site) for row in slots]
    return list(_nothing(ledger, site, product, day, tile))


def answer(row: RowMapping, site: str) -> Answer:
    """What a slot's line in the ledger says."""
    state = State(row["state"])
    words = dict(row) | {"holder": (row["holder"] or "")[:8]}
    sentence = SENTENCES[state].format_map(words)
    if row["stale"]:
        sentence += f" It is stale: {row['reason'] or 'inputs, parameters or code have changed since.'}"
    return Answer(sentence, row["slot"], state.value, command_of(row, site))


def command_of(row: RowMapping, site: str) -> str:
    """The command that brings a slot further."""
    if row["stale"]:
        return f"rs redo {site} --stale --product {row['product']} && rs run {site}"
    return {
        State.PARKED: f"rs redo {site} --slot {row['slot']} && rs run {site}",
        State.FAILED: f"rs run {site}", State.EXPECTED: f"rs run {site}", State.PRODUCED: f"rs run {site}",
        State.PUBLISHED: f"rs run {site}",
    }.get(State(row["state"]), "")  # fmt: skip


def _nothing(ledger: Ledger, site: str, product: str, day: str, tile: str) -> Iterator[Answer]:
    """No slot: was there a scene at all?"""
    place = [SCENES.c.tile == tile] if tile else []
    scenes = ledger.scenes(SCENES.c.day == day, *place)
    for row in scenes:
        if row["state"] == SceneState.RECALLED:
            yield Answer(f"{row['name']} of {day} was recalled: {row['reason']}", "", row["state"], "")
        else:
            sentence = f"{row['name']} of {day} was acquired, and no run has planned {product} of it yet."
            yield Answer(sentence, "", State.EXPECTED, f"rs run {site}")
    if scenes:
        return
    known = [row["day"] for row in ledger.scenes(SCENES.c.day != "", *place)]
    before, after = max((d for d in known if d < day), default=""), min((d for d in known if d > day), default="")
    around = "; ".join(words for words in (f"the last before is of {before}" if before else "",
                                           f"the next is of {after}" if after else "") if words)  # fmt: skip
    where = f" of tile {tile}" if tile else ""
    yield Answer(f"No scene{where} of {day} came{f': {around}' if around else ''}.", "", "", "")
    for row in ledger.scenes(SCENES.c.state == SceneState.REFUSED):
        yield Answer(f"{row['path']} was refused, and may be of that day: {row['reason']}", "", row["state"],
                     f"rs scene {row['path']}")  # fmt: skip
