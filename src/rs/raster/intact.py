"""Whether files are what their provider says: CRC of archives, checksums of a manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from rs.core.scene import Scene
from rs.errors import BadInput, MissingPart
from rs.raster.archive import BROKEN, CHUNK, check_members, is_archive, opened

ALGORITHMS = {"md5": "md5", "sha3-256": "sha3_256", "sha-256": "sha256"}
"""Names of checksums as manifests have them, and as hashlib has them."""


def check_intact(scene: Scene) -> None:
    """Read every file of a scene that its provider vouches for. Raises BadInput naming the damaged one.

    Decoders do not find most damage; this runs once, when a scene is taken in.
    """
    for file in scene.files:
        if is_archive(file):
            check_members(file)
    check_sums(scene.checksums)


def check_sums(stated: Mapping[str, str]) -> None:
    """Compare files or members with "algorithm:hex", by href."""
    for href, checksum in stated.items():
        algorithm, _, expected = checksum.partition(":")
        found = _digest(href, ALGORITHMS[algorithm])
        if found != expected.lower():
            raise BadInput(
                f"is not what the manifest says: {algorithm} {found[:16]}..., stated {expected.lower()[:16]}...",
                where=href, remedy="The file is damaged or was changed; fetch the scene again",
            )  # fmt: skip


def _digest(href: str, algorithm: str) -> str:
    digest = hashlib.new(algorithm, usedforsecurity=False)
    try:
        with opened(href) as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        raise MissingPart("is listed in the manifest and not there", where=href, remedy="Copy it again") from None
    except BROKEN as error:
        raise BadInput(f"cannot be read ({error})", where=href, remedy="Fetch it again") from error
    return digest.hexdigest()
