"""Private keys and the keyring in a folder: made, rotated, revoked, loaded.

`keyring.json` is public and goes to consumers. Each private key is a file of its own, `<key ID>.pem` (PKCS #8),
for its owner alone. A key comes first as a file, then as a ring entry in one replacement of the ring, so a crash
leaves the old ring or the new one; a file without entry is taken up by the next `create_key` or `rotate`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from rs.errors import Conflict, Untrusted, UsageError
from rs.trust.keyfiles import locked, read_private, replace, write_new
from rs.trust.keyring import MAX_RING, Keyring
from rs.trust.keys import KEYID, Endorsement, PublicKey, Signer, keyid_of, time_text, utc_second

RING = "keyring.json"
VALIDITY = timedelta(days=730)
PEM_END = b"-----END PRIVATE KEY-----\n"


def create_key(folder: Path, name: str, now: datetime, validity: timedelta = VALIDITY) -> PublicKey:
    """Make the first key of a folder, and its ring.

    Raises Conflict where the folder has a ring; UsageError for a bad name or time; OutputError.
    """
    start = utc_second(now)
    with locked(folder):
        if (folder / RING).exists():
            raise Conflict("has a keyring already", where=str(folder), remedy="Rotate its key, or use another folder")
        private = _unfinished(folder, ()) or Ed25519PrivateKey.generate()
        key = PublicKey(name, private.public_key().public_bytes_raw(), start, start + validity)
        _keep(folder, private)
        replace(folder / RING, Keyring((key,)).document())
        return key


def rotate(folder: Path, now: datetime, validity: timedelta = VALIDITY) -> PublicKey:
    """Make the next key, endorsed by the present one, which stays in the ring as valid up to now.

    Raises UsageError where the present private key is not there or is younger than a second; OutputError.
    """
    start = utc_second(now)
    with locked(folder):
        ring = load_ring(folder)
        if start <= ring.newest.valid_from:
            raise UsageError(f"the present key is from {time_text(ring.newest.valid_from)}", where=str(folder),
                             remedy="Rotate at a later time")  # fmt: skip
        endorser = _signer(folder, ring.newest)
        private = _unfinished(folder, tuple(key.keyid for key in ring.keys)) or Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        draft = PublicKey(endorser.name, public, start, start + validity, None, Endorsement(endorser.keyid, b""))
        endorsement = Endorsement(endorser.keyid, endorser.sign(draft.core()))
        key = PublicKey(draft.name, public, draft.valid_from, draft.valid_until, None, endorsement)
        _keep(folder, private)
        replace(folder / RING, Keyring((*ring.keys, key)).document())
        return key


def revoke(folder: Path, keyid: str, since: datetime) -> PublicKey:
    """Note in the ring that others may hold a key since a time; a time that is noted only ever moves back.

    Raises Untrusted where the ring has no such key; OutputError.
    """
    with locked(folder):
        ring = load_ring(folder)
        revoked = ring.revoked(keyid, since)
        if revoked != ring:
            replace(folder / RING, revoked.document())
        return revoked.key(keyid)


def load_signer(folder: Path, now: datetime | None = None) -> Signer:
    """The newest key of a folder, to sign with now.

    Raises UsageError where it is revoked, expired, not yet valid, not there, or readable by others.
    """
    key, when = load_ring(folder).newest, utc_second(now or datetime.now(UTC))
    if key.revoked_from is not None or not key.valid_from <= when <= key.valid_until:
        state = "revoked" if key.revoked_from is not None else "not valid now"
        raise UsageError(f"the newest key is {state}", where=str(folder), remedy="Rotate the key")
    return _signer(folder, key)


def load_ring(path: Path) -> Keyring:
    """The ring of a file, or of a folder that holds one.

    Raises UsageError where there is none to read; Untrusted where it does not hold.
    """
    file = path / RING if path.is_dir() else path
    try:
        with file.open("rb") as stream:
            document = stream.read(MAX_RING + 1)
    except OSError as error:
        raise UsageError(f"no keyring can be read ({error.strerror})", where=str(file),
                         remedy="Create a key first, or name the folder that holds one") from error  # fmt: skip
    try:
        return Keyring.parse(document)
    except Untrusted as error:
        raise Untrusted(f"{error.where}: {error.what}", where=str(file), remedy=error.remedy) from error


def _signer(folder: Path, key: PublicKey) -> Signer:
    return Signer(key, _load_private(folder / f"{key.keyid}.pem"))


def _unfinished(folder: Path, known: tuple[str, ...]) -> Ed25519PrivateKey | None:
    """The key that an interrupted call wrote but did not enter in the ring. A file cut short is removed."""
    found = []
    for path in sorted(folder.glob("*.pem")):
        if not KEYID.fullmatch(path.stem) or path.stem in known:
            continue
        if not read_private(path).endswith(PEM_END):
            path.unlink()
            continue
        private = _load_private(path)
        if keyid_of(private.public_key().public_bytes_raw()) != path.stem:
            raise UsageError("holds another key than its name says", where=str(path), remedy="Move it away")
        found.append(private)
    if len(found) > 1:
        raise UsageError("has several private keys that the keyring does not know", where=str(folder),
                         remedy=f"Restore {RING} from its backup")  # fmt: skip
    return found[0] if found else None


def _keep(folder: Path, private: Ed25519PrivateKey) -> None:
    path = folder / f"{keyid_of(private.public_key().public_bytes_raw())}.pem"
    if not path.exists():
        body = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_new(path, body, 0o600)


def _load_private(path: Path) -> Ed25519PrivateKey:
    try:
        private = load_pem_private_key(read_private(path), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise UsageError("is no Ed25519 private key (PKCS #8 PEM, not encrypted)", where=str(path),
                         remedy="Restore it from its backup, or create a key in another folder")  # fmt: skip
    return private
