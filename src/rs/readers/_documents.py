"""Metadata documents that come from outside: bounded size and depth, paths that stay inside."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from rs.core.slot import safe_id
from rs.errors import BadInput, MissingPart
from rs.raster.archive import read_bytes

MAX_JSON = 16 * 2**20
MAX_XML = 64 * 2**20
MAX_DEPTH = 64


def read_text(path: str, limit: int) -> bytes:
    """Bytes of a document of at most `limit` bytes; "x.zip!name" is a member of an archive."""
    return read_bytes(path, limit)


def read_json(path: str) -> Any:
    """A JSON document; NaN, deep nesting and other encodings are refused."""
    text = read_text(path, MAX_JSON)
    try:
        value = json.loads(text.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"is not valid JSON ({error})", where=path, remedy="Fetch it again") from error
    if _depth(value) > MAX_DEPTH:
        raise BadInput(f"is nested deeper than {MAX_DEPTH} levels", where=path)
    return value


def read_xml(path: str) -> Element:
    """The root of an XML document; entities and document types are refused."""
    text = read_text(path, MAX_XML)
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise BadInput(f"is not valid XML ({error})", where=path, remedy="Fetch it again") from error
    return root


@dataclass(frozen=True, slots=True)
class Document:
    """An XML document, or a part of one, with the file that errors name. Namespaces do not count."""

    where: str
    root: Element

    def all(self, *tags: str) -> Iterator[Element]:
        """Elements of these names at any depth, in the order of the document."""
        return (element for element in self.root.iter() if element.tag.rsplit("}", 1)[-1] in tags)

    def part(self, *tags: str) -> Document:
        """The first element of these names. Raises MissingPart."""
        return Document(self.where, self._first(tags))

    def found(self, *tags: str) -> str:
        """Text of the first element of these names, "" where there is none."""
        element = next(self.all(*tags), None)
        return "" if element is None else (element.text or "").strip()

    def text(self, *tags: str) -> str:
        """Text of the first element of these names. Raises MissingPart where it is missing or empty."""
        text = (self._first(tags).text or "").strip()
        if not text:
            raise MissingPart(f"tag {tags[0]} is empty", where=self.where, remedy="Fetch the file again")
        return text

    def number(self, *tags: str) -> float:
        """Finite number in the first element of these names. Raises MissingPart or BadInput."""
        text = self.text(*tags)
        value = self.as_number(text, tags[0])
        if not math.isfinite(value):
            raise BadInput(f"tag {tags[0]}: {text[:40]!r} is not a number", where=self.where)
        return value

    def as_number(self, text: str, tag: str) -> float:
        """A text of the document as a number, which may be NaN. Raises BadInput naming the tag."""
        try:
            return float(text)
        except ValueError:
            raise BadInput(f"tag {tag}: {text[:40]!r} is not a number", where=self.where) from None

    def _first(self, tags: tuple[str, ...]) -> Element:
        element = next(self.all(*tags), None)
        if element is None:
            raise MissingPart(f"tag {tags[0]} is missing", where=self.where, remedy="Fetch the file again")
        return element


def read_document(path: str) -> Document:
    """An XML document with its name."""
    return Document(path, read_xml(path))


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            break
        inner = [list(v.values()) if isinstance(v, dict) else v for v in level if isinstance(v, dict | list)]
        level = [item for part in inner for item in part]
    return depth


def identifier(text: str, where: str) -> str:
    """An id from outside as one that is safe as a name. Raises BadInput where nothing of it is left."""
    try:
        return safe_id(text)
    except ValueError as error:
        raise BadInput(f"the id of the scene: {error}", where=where) from error


def contained(root: str, href: str, where: str) -> str:
    """The path of a relative href, which must stay below `root` after links are followed."""
    bad = next((c for c in "<|\\\0" if c in href), None) or ("/vsi" if "/vsi" in href else None)
    if bad or any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in href) or href.startswith(("/", "vrt:")):
        raise BadInput(f"href {href[:120]!r} is not allowed", where=where, remedy="Use a path relative to the item")
    path = os.path.realpath(os.path.join(root, href))
    if os.path.commonpath([path, os.path.realpath(root)]) != os.path.realpath(root):
        raise BadInput(f"href {href[:120]!r} leads out of the scene's folder", where=where)
    return path
