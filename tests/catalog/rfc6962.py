"""A reader of proofs straight from RFC 6962 and RFC 9162; it shares no code with `rs`."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def leaf(data: bytes) -> bytes:
    """RFC 6962 section 2.1: hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def tree(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 section 2.1: MTH, by its definition."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaf(leaves[0])
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + tree(leaves[:k]) + tree(leaves[k:])).digest()


def parent(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(data: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2, step by step."""
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf(data)
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = parent(p, r)
            if not fn & 1:
                while fn and not fn & 1:
                    fn, sn = fn >> 1, sn >> 1
        else:
            r = parent(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def consistent(first: int, second: int, path: Sequence[bytes], old: bytes, new: bytes) -> bool:
    """RFC 9162 section 2.1.4.2, step by step."""
    if first == second:
        return not path and old == new
    nodes = [old, *path] if first & (first - 1) == 0 else list(path)
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = nodes[0]
    for c in nodes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = parent(c, fr), parent(c, sr)
            if not fn & 1:
                while fn and not fn & 1:
                    fn, sn = fn >> 1, sn >> 1
        else:
            sr = parent(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old and sr == new


def head(note: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint (C2SP tlog-checkpoint)."""
    origin, size, root = note.split("\n")[:3]
    return origin, int(size), base64.b64decode(root)


def signed(note: str, name: str, public: bytes) -> bool:
    """Whether a key signed a note (C2SP signed-note)."""
    text, _, lines = note.rpartition("\n\n")
    for line in lines.splitlines():
        _, who, encoded = line.split(" ")
        data = base64.b64decode(encoded)
        if who == name and data[:4] == hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]:
            Ed25519PublicKey.from_public_bytes(public).verify(data[4:], (text + "\n").encode())
            return True
    return False


def check(proof: dict[str, Any], old: str = "") -> bool:
    """A document of `rs register proof`; old: an earlier checkpoint."""
    _, size, root = head(proof["checkpoint"])
    path = [base64.b64decode(h) for h in proof["inclusion"]]
    held = included(proof["leaf"].encode(), proof["entry"] - 1, size, path, root)
    if old:
        _, before, old_root = head(old)
        path = [base64.b64decode(h) for h in proof["consistency"]]
        held = held and before == proof["old"] and consistent(before, size, path, old_root, root)
    return held and size == proof["size"]
