"""Merkle tree hashing of an append-only log (RFC 6962 section 2.1), with proofs (RFC 9162 section 2.1).

A tree of any size is made of complete subtrees. The one at (level, index) spans the leaves from
index * 2^level up to (index + 1) * 2^level; level 0 is the leaf hashes. Whoever keeps these hashes, as
`completed` hands them out, gets every root and proof with O(log n) of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from rs.errors import UsageError

Node = Callable[[int, int], bytes]
HASH_BYTES = 32
MAX_SIZE = 2**63 - 1
EMPTY = hashlib.sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf: SHA-256(0x00 || data) (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash over two neighbouring subtrees: SHA-256(0x01 || left || right) (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(size: int, node: Node) -> bytes:
    """Root of the tree of the first `size` leaves; the hash of nothing for an empty one (RFC 6962 section 2.1).

    Raises UsageError for a size below 0 or beyond 2^63 - 1.
    """
    _check_size(size)
    return _span(0, size, node) if size else EMPTY


def completed(size: int, leaf: bytes, node: Node) -> list[tuple[int, int, bytes]]:
    """The complete subtrees (level, index, hash) that the leaf hash number `size`, from 0, completes.

    The first is the leaf itself. `node` is asked for left neighbours only, which are all known by then.
    """
    _check_size(size)
    level, index, made = 0, size, leaf
    found = [(level, index, made)]
    while index % 2:
        made = node_hash(node(level, index - 1), made)
        level, index = level + 1, index // 2
        found.append((level, index, made))
    return found


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Audit path of leaf number `index`, from 0, in the tree of `size` leaves (RFC 6962 section 2.1.1).

    Raises UsageError where the tree has no such leaf.
    """
    _check_size(size)
    if not 0 <= index < size:
        raise UsageError(f"a tree of {size} leaves has no leaf number {index}")
    proof, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_span(middle, end, node))
            end = middle
        else:
            proof.append(_span(start, middle, node))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Proof that the tree of `new` leaves starts with the tree of `old` leaves (RFC 6962 section 2.1.2).

    Empty where `old` is 0 or equals `new`: the roots themselves say it all. Raises UsageError where
    `old` is beyond `new`.
    """
    _check_size(new)
    if not 0 <= old <= new:
        raise UsageError(f"a tree of {new} leaves does not hold one of {old}")
    proof, start, end = [], 0, new
    while old not in (0, end):
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_span(middle, end, node))
            end = middle
        else:
            proof.append(_span(start, middle, node))
            start = middle
    if start:
        # the verifier knows the old root, but not this part of it
        proof.append(_span(start, end, node))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows the leaf hash at `index` in the tree of `size` leaves (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size <= MAX_SIZE or not _are_hashes(leaf, root, *proof):
        return False
    place, last, made = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            made = node_hash(sibling, made)
            place, last = _up_to_a_right_child(place, last)
        else:
            made = node_hash(made, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and made == root


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the proof shows that the new tree starts with the old one (RFC 9162 section 2.1.4.2).

    Every tree starts with the empty one, and with itself, by an empty proof; the roots must be theirs.
    """
    if not 0 <= old <= new <= MAX_SIZE or not _are_hashes(old_root, new_root, *proof):
        return False
    if (old == 0 and old_root != EMPTY) or (new == 0 and new_root != EMPTY):
        return False
    if old in (0, new):
        return not proof and (old == 0 != new or old_root == new_root)
    # a complete old tree is itself the first node of the path, and so is left out of the proof
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    return bool(proof) and _roots(old, new, path) == (old_root, new_root)


def _roots(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The old and the new root that a path leads to; None where its length is wrong."""
    place, last = old - 1, new - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if place % 2 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            place, last = _up_to_a_right_child(place, last)
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    return (before, after) if last == 0 else None


def _up_to_a_right_child(place: int, last: int) -> tuple[int, int]:
    """Climb past the levels where the node is the lone last one, which has no sibling there."""
    while place and not place % 2:
        place, last = place >> 1, last >> 1
    return place, last


def _span(start: int, end: int, node: Node) -> bytes:
    """Root over the leaves from start to end, where start is a multiple of a power of two >= end - start."""
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(node(level, start >> level))
        start += 1 << level
    made = parts.pop()
    while parts:
        made = node_hash(parts.pop(), made)
    return made


def _split(count: int) -> int:
    """The largest power of two below `count` (RFC 6962 section 2.1)."""
    return 1 << ((count - 1).bit_length() - 1)


def _check_size(size: int) -> None:
    if not 0 <= size <= MAX_SIZE:
        raise UsageError(f"no tree has {size} leaves")


def _are_hashes(*values: bytes) -> bool:
    return all(isinstance(value, bytes) and len(value) == HASH_BYTES for value in values)
