"""The browsable catalogue, derived from the register: brought up to date file by file, or made anew."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from rs.catalog.collection import collection_of, with_links
from rs.catalog.derived import EPOCH, GEOJSON, JSON, POSITION, catalog_of, foreign, lists_nodes, position_of, shown
from rs.catalog.following import ask_places, follow
from rs.catalog.item import STAC_VERSION, item_bytes
from rs.catalog.layout import CATALOG, Layout, item_name, node_name
from rs.catalog.places import LIMIT, Node, Places
from rs.catalog.register import Register
from rs.core.failpoint import reach
from rs.core.product import Product
from rs.core.scene import OpenMode

Take = Callable[[str, dict[str, Any]], None]
"""Takes name and content of a derived file."""


def derive(
    layout: Layout, register: Register, products: Mapping[str, Product], mode: OpenMode, upto: int | None = None
) -> int:
    """Bring catalogue and collections up to the register; gives the position that they reflect.

    upto: the last entry that may be shown; where items are signed, the size of the newest checkpoint, since
    the attestations of later ones need not be there yet. Only files that later entries touch are written,
    children before parents. Made anew where the catalogue is missing, cannot be read, or is of another epoch.
    """
    reach("derive.start")

    def write(places: Places) -> int:
        # of a later state than our view: another publisher saw entries that came since
        while (later := shown(layout, register.epoch)) > places.position:
            if not follow(places, layout, register, later):
                break
        return _Writing(layout, places, products, mode).run(places.position, register.epoch)

    with layout.deriving():
        return ask_places(layout, register, write, upto)


def rebuild(
    layout: Layout, register: Register, products: Mapping[str, Product], mode: OpenMode, upto: int | None = None
) -> int:
    """Make catalogue and collections of all live entries anew, as `derive`; what no entry gives is removed.

    In a bucket nothing else may write meanwhile.
    """
    with layout.deriving():
        places = Places(None)
        follow(places, layout, register, upto)
        writing = _Writing(layout, places, products, mode)
        position = writing.run(places.position, register.epoch, anew=True)
        places.close()
        for name in list(layout.store.names("index")):
            if name.endswith(".json") and name not in writing.written:
                layout.store.remove(name)
        return position


def expect(layout: Layout, places: Places, position: int, epoch: int, take: Take) -> None:
    """Hand on name and content of every derived file that a register gives, in the words of no product.

    places: the view of its live items at that position.
    """
    _Collecting(layout, places, take).run(position, epoch, anew=True)


class _Writing:
    """One bringing up to date: which files a position asks for, written where they differ."""

    def __init__(self, layout: Layout, places: Places, products: Mapping[str, Product], mode: OpenMode) -> None:
        self.layout, self.store, self.places = layout, layout.store, places
        self.products, self.mode = products, mode
        self.written: set[str] = set()

    def run(self, position: int, epoch: int, *, anew: bool = False) -> int:
        with self.places.reading():
            if not anew:
                # others may have moved a shared view since it was followed
                position = self.places.position
            standing = shown(self.layout, epoch)
            tops = self.places.products()
            self._write_all(tops, -1 if anew or standing > position else standing, position, epoch)
        for top in tops:
            if top.count:
                self._remember(top.product)
        reach("derive.done")
        return position

    def _write_all(self, tops: list[Node], since: int, position: int, epoch: int) -> None:
        for top in tops:
            if top.count and (top.position > since or self._declares_anew(top)):
                self._node(top, since)
        names = [top.product for top in tops if top.count]
        gone = [top for top in tops if not top.count and top.position > since]
        if gone:
            # its position stays behind until they are away: a run that is stopped here does this again
            self._write(CATALOG, {**catalog_of(names, max(since, 0)), EPOCH: epoch}, position)
        for top in gone:
            self._remove_below(top)
            self._empty(top)
        reach("derive.catalog")
        self._write(CATALOG, {**catalog_of(names, position), EPOCH: epoch}, position)

    def _remember(self, product: str) -> None:
        declared = self._declared(product)
        if self.places.state(f"declared {product}") != declared:
            self.places.remember(f"declared {product}", declared)

    def _node(self, node: Node, since: int) -> None:
        name = node_name(node.product, node.prefix)
        self.written.add(name)
        reach("derive.node")
        if node.count <= LIMIT or node.is_last:
            self._write(name, self._body(node, self._items(node)), node.position)
            self._remove_below(node)
            return
        # a file that listed items itself until now, or is lost: none of its children can be relied on
        whole = -1 if not lists_nodes(self.store.read(name)) else since
        children = self.places.children(node)
        for child in children:
            if child.position > whole:
                self._node(child, whole)
            else:
                self.written.add(node_name(child.product, child.prefix))
        self._write(name, self._body(node, self._children(node, children)), node.position)
        for child in self.places.emptied(node, whole):
            self._remove_below(child)
            self._empty(child)

    def _body(self, node: Node, links: list[dict[str, str]]) -> dict[str, Any]:
        depth = node.prefix.count("/") + 1 if node.prefix else 0
        root = {"rel": "root", "href": f"{'../' * (depth + 1)}catalog.json", "type": JSON}
        if not node.prefix:
            reach("derive.collection")
            base = self._base(node.product)
            parent = {"rel": "parent", "href": "../catalog.json", "type": JSON}
            body = with_links(base, [root, parent, *links], self.places.extent(node.product))
            return {**body, POSITION: node.position}
        above = "../collection.json" if depth == 1 else "../catalog.json"
        return {
            "type": "Catalog", "stac_version": STAC_VERSION, "id": f"{node.product}-{node.prefix.replace('/', '-')}",
            "title": f"{node.product} {node.prefix}", "description": f"{node.count} items. Derived from the register.",
            POSITION: node.position, "links": [root, {"rel": "parent", "href": above, "type": JSON}, *links],
        }  # fmt: skip

    def _items(self, node: Node) -> list[dict[str, str]]:
        depth = node.prefix.count("/") + 1 if node.prefix else 0
        up = "../" * (depth + 2)
        return [
            {"rel": "item", "href": up + item_name(node.product, item), "type": GEOJSON, "title": title}
            for item, title in self.places.items(node)
        ]  # fmt: skip

    def _children(self, node: Node, children: list[Node]) -> list[dict[str, str]]:
        return [
            {"rel": "child", "href": f"{child.prefix.rpartition('/')[2]}/catalog.json", "type": JSON,
             "title": f"{child.prefix} ({child.count})"}
            for child in children
        ]  # fmt: skip

    def _base(self, product: str) -> dict[str, Any]:
        known = self.products.get(product)
        return foreign(product) if known is None else collection_of(known, self.mode)

    def _declared(self, product: str) -> str:
        return hashlib.sha256(item_bytes(self._base(product))).hexdigest()

    def _declares_anew(self, top: Node) -> bool:
        return self.places.state(f"declared {top.product}") != self._declared(top.product)

    def _write(self, name: str, body: dict[str, Any], position: int) -> None:
        self.written.add(name)
        self._replace(name, body, position)

    def _replace(self, name: str, body: dict[str, Any], position: int) -> None:
        self.store.replace(name, item_bytes(body), lambda old: position_of(old) > position)

    def _empty(self, node: Node) -> None:
        """A node that holds nothing goes. Where no lock keeps others out it stays, empty, until `rebuild`:

        a later state may be written while we remove, and a bucket has no condition on removing.
        """
        name = node_name(node.product, node.prefix)
        if self.store.locks:
            self._remove(name)
            return
        body = {
            "type": "Catalog", "stac_version": STAC_VERSION, "id": f"{node.product}-{node.prefix.replace('/', '-')}",
            "description": "0 items. Derived from the register.", POSITION: node.position, "links": [],
        }  # fmt: skip
        self._replace(name, body, node.position)

    def _remove_below(self, node: Node) -> None:
        """A node that lists its items has none below it; where there is no lock, those of a later state."""
        if not self.store.locks:
            return
        folder = f"index/{node.product}/{node.prefix}".rstrip("/")
        own = node_name(node.product, node.prefix)
        for name in list(self.store.names(folder)):
            if name != own:
                self._remove(name)

    def _remove(self, name: str) -> None:
        self.store.remove(name)


class _Collecting(_Writing):
    """Hands on what would be written, file by file."""

    def __init__(self, layout: Layout, places: Places, take: Take) -> None:
        super().__init__(layout, places, {}, OpenMode.CLOSED)
        self.take = take

    def _write(self, name: str, body: dict[str, Any], position: int) -> None:
        if name != CATALOG or body[POSITION] == position:
            self.take(name, body)

    def _remove(self, name: str) -> None:
        pass

    def _remove_below(self, node: Node) -> None:
        pass

    def _empty(self, node: Node) -> None:
        pass

    def _remember(self, product: str) -> None:
        pass
