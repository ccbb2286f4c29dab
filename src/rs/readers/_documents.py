"""Metadata documents that come from outside: bounded size and depth, paths that stay inside."""

from __future__ import annotations

import json
import os
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from rs.errors import BadInput, MissingPart

MAX_JSON = 16 * 2**20
MAX_XML = 64 * 2**20
MAX_DEPTH = 64


def read_text(path: str, limit: int) -> bytes:
    """Bytes of a document of at most `limit` bytes."""
    try:
        size = os.path.getsize(path)
        if size > limit:
            raise BadInput(f"has {size} bytes; the limit for metadata is {limit}", where=path)
        with open(path, "rb") as stream:
            return stream.read()
    except FileNotFoundError:
        raise MissingPart("the metadata file is not there", where=path, remedy="Copy the whole folder again") from None
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror})", where=path) from error


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
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadInput(f"is not valid XML ({error})", where=path, remedy="Fetch it again") from error
    return root


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


def contained(root: str, href: str, where: str) -> str:
    """The path of a relative href, which must stay below `root` after links are followed."""
    bad = next((c for c in "<|\\\0" if c in href), None) or ("/vsi" if "/vsi" in href else None)
    if bad or any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in href) or href.startswith(("/", "vrt:")):
        raise BadInput(f"href {href[:120]!r} is not allowed", where=where, remedy="Use a path relative to the item")
    path = os.path.realpath(os.path.join(root, href))
    if os.path.commonpath([path, os.path.realpath(root)]) != os.path.realpath(root):
        raise BadInput(f"href {href[:120]!r} leads out of the scene's folder", where=where)
    return path
