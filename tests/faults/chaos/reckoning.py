"""After the storm: what must hold of a site that many published to, whoever was killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.faults.chaos.publisher import Where
from tests.faults.chaos.synthetic import fact_of, slot_of

from rs.catalog import places, projection
from rs.catalog.following import follow
from rs.catalog.index import expect
from rs.catalog.item import item_bytes
from rs.catalog.layout import Layout
from rs.catalog.places import Places
from rs.catalog.register import Register
from rs.catalog.verify import Against, verify
from rs.trust.keystore import load_ring


def reckon(sites: Iterable[Where], total: int, keys: Path, answers: Iterable[Path]) -> list[str]:
    """Everything that is wrong with a site that the processes saw through these eyes; empty if nothing is."""
    seen = list(sites)
    layout = seen[0].layout()
    wrong: list[str] = []
    checks: list[Callable[[], Iterable[str]]] = [
        lambda: _register(layout, total), lambda: _answers(layout, answers), lambda: _index(layout),
        lambda: _views(layout, [one.layout() for one in seen]), lambda: _verified(layout, total, keys),
    ]  # fmt: skip
    for check in checks:
        wrong += check()
    return wrong


def _fresh(layout: Layout) -> Register:
    return Register(layout.store.below("register/resource"))


def _register(layout: Layout, total: int) -> Iterable[str]:
    """Each item live once, numbers without a gap, the facts that were brought and no others."""
    entries = list(_fresh(layout).read())
    slots = Counter(entry.fact.slot for entry in entries)
    if [entry.number for entry in entries] != list(range(1, total + 1)):
        yield f"{len(entries)} entries for {total} items, or a gap"
    yield from (f"slot {slot} has {count} entries" for slot, count in slots.items() if count != 1)
    yield from (f"slot {slot_of(n)} is empty" for n in range(total) if slot_of(n) not in slots)
    meant = {slot_of(number): fact_of(number) for number in range(total)}
    yield from (f"entry {e.number} says other things" for e in entries if meant.get(e.fact.slot) != e.fact)
    if len(_fresh(layout).live()) != total:
        yield f"{len(_fresh(layout).live())} live items of {total}"


def _answers(layout: Layout, answers: Iterable[Path]) -> Iterable[str]:
    """What was acknowledged stands, under the number that was given."""
    numbers = {entry.fact.slot: entry.number for entry in _fresh(layout).read()}
    for path in answers:
        for line in path.read_text().splitlines():
            number, entry = map(int, line.split())
            if numbers.get(slot_of(number)) != entry:
                yield f"{slot_of(number)} was answered with entry {entry}, which it is not"


def _index(layout: Layout) -> Iterable[str]:
    """Every derived file has the bytes of a rebuild, and there is no other."""
    register, places = _fresh(layout), Places(None)
    follow(places, layout, register)
    meant: dict[str, bytes] = {}
    expect(layout, places, places.position, register.epoch, lambda name, body: meant.update({name: item_bytes(body)}))
    held = {name for name in layout.store.names("index") if name.endswith(".json")}
    yield from (f"{name} is left over" for name in sorted(held - meant.keys()))
    yield from (f"{name} differs from a rebuild" for name, body in meant.items() if layout.store.read(name) != body)


def _views(layout: Layout, seen: list[Layout]) -> Iterable[str]:
    """Rows of the views that lived through it against rows of views made anew."""
    register, anew = _fresh(layout), Places(None)
    follow(anew, layout, register)
    rows, items = list(projection.rows(register.view)), list(places.rows(anew))
    for one in seen:
        own = one.open_register()
        own.sync()
        held = Places(one.view("index.sqlite"))
        follow(held, one, own)
        if list(projection.rows(own.view)) != rows:
            yield f"{one.root}: the view of the register differs from a rebuild"
        if list(places.rows(held)) != items:
            yield f"{one.root}: the view of the items differs from a rebuild"
        held.close()


def _verified(layout: Layout, total: int, keys: Path) -> Iterable[str]:
    """rs verify with the keyring: nothing found, not even a notice; all items there and signed."""
    found = verify(layout, Against(load_ring(keys)))
    yield from (f"{one.where}: {one.what}" for one in found.findings)
    if (found.items, found.files, found.signed) != (total, total, total):
        yield f"verify counts {found.items} items, {found.files} files, {found.signed} signed of {total}"
