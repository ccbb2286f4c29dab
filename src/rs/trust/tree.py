"""A Merkle tree in memory: 64 bytes a leaf."""

from __future__ import annotations

from rs.trust.merkle import HASH_BYTES, completed, leaf_hash, root


class Tree:
    """The tree over the leaves that were appended, with the root of every size it had (RFC 6962 section 2.1)."""

    def __init__(self) -> None:
        self.size = 0
        self._levels: list[bytearray] = []

    def append(self, data: bytes) -> None:
        """Take in the next leaf."""
        for level, _, made in completed(self.size, leaf_hash(data), self.node):
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += made
        self.size += 1

    def node(self, level: int, place: int) -> bytes:
        """Hash of the complete subtree of 2^level leaves at a place."""
        return bytes(self._levels[level][place * HASH_BYTES : (place + 1) * HASH_BYTES])

    def root(self, size: int | None = None) -> bytes:
        """Root of the first `size` leaves; of all without one."""
        return root(self.size if size is None else size, self.node)
