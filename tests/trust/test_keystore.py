"""Key folders: modes, rotation, revocation, and a process that dies at every step."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from rs.errors import Conflict, OutputError, RsError, Untrusted, UsageError
from rs.trust.ed25519 import verify
from rs.trust.keystore import create_key, load_ring, load_signer, revoke, rotate

NOW = datetime(2024, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=100)
NAME = "example.org/log"
# dies at the given call among those that change or sync files, as after a kill
DYING = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from rs.trust import keystore
folder, step, countdown = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
def dying(call):
    def wrapped(*args, **kwargs):
        global countdown
        countdown -= 1
        if countdown == 0:
            os._exit(9)
        return call(*args, **kwargs)
    return wrapped
for name in ("open", "fdopen", "fchmod", "fsync", "replace", "close"):
    setattr(os, name, dying(getattr(os, name)))
if step == "create":
    keystore.create_key(folder, "example.org/log", datetime(2024, 1, 1, tzinfo=UTC))
elif step == "rotate":
    keystore.rotate(folder, datetime(2024, 4, 10, tzinfo=UTC))
else:
    keystore.revoke(folder, keystore.load_ring(folder).newest.keyid, datetime(2024, 2, 1, tzinfo=UTC))
"""


def pems(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.pem")}


def test_a_key_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    before = os.umask(0)
    try:
        key = create_key(folder, NAME, NOW)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / f"{key.keyid}.pem").stat().st_mode) == 0o600
    assert (key.valid_from, key.valid_until) == (NOW, NOW + timedelta(days=730))
    signer = load_signer(folder, NOW)
    assert verify(key.public, signer.sign(b"x"), b"x")
    assert load_ring(folder) == load_ring(folder / "keyring.json")
    assert b"PRIVATE" not in (folder / "keyring.json").read_bytes()


def test_a_strict_umask_takes_nothing_away(tmp_path: Path) -> None:
    before = os.umask(0o277)
    try:
        (tmp_path / "keys").mkdir()
        (tmp_path / "keys").chmod(0o700)
        key = create_key(tmp_path / "keys", NAME, NOW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "keys" / f"{key.keyid}.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys" / "keyring.json").stat().st_mode) == 0o644


def test_rotation_keeps_the_old_key_and_has_it_endorse_the_new(tmp_path: Path) -> None:
    old = create_key(tmp_path, NAME, NOW)
    held = load_ring(tmp_path)
    new = rotate(tmp_path, LATER)
    ring = load_ring(tmp_path)
    assert [key.keyid for key in ring.keys] == [old.keyid, new.keyid]
    assert held.updated(ring) == ring
    assert ring.at(old.keyid, LATER).keyid == old.keyid
    with pytest.raises(Untrusted, match="no longer valid"):
        ring.at(old.keyid, LATER + timedelta(seconds=1))
    assert load_signer(tmp_path, LATER).keyid == new.keyid
    assert pems(tmp_path) == {old.keyid, new.keyid}


def test_a_revoked_key_signs_no_more_until_it_is_rotated(tmp_path: Path) -> None:
    key = create_key(tmp_path, NAME, NOW)
    assert revoke(tmp_path, key.keyid, NOW).revoked_from == NOW
    assert revoke(tmp_path, key.keyid, LATER).revoked_from == NOW
    with pytest.raises(UsageError, match="revoked"):
        load_signer(tmp_path, LATER)
    rotate(tmp_path, LATER)
    assert load_signer(tmp_path, LATER).keyid != key.keyid
    assert load_ring(tmp_path).key(key.keyid).revoked_from == NOW
    with pytest.raises(Untrusted, match="not one of the keys"):
        revoke(tmp_path, "0" * 64, NOW)


def test_the_signer_is_valid_at_the_time(tmp_path: Path) -> None:
    create_key(tmp_path, NAME, NOW)
    for when in (NOW - timedelta(seconds=1), NOW + timedelta(days=731)):
        with pytest.raises(UsageError, match="not valid now"):
            load_signer(tmp_path, when)


def test_calls_that_are_off_write_nothing(tmp_path: Path) -> None:
    for name, now in ((NAME, datetime(2024, 1, 1)), ("a b", NOW), ("", NOW)):
        with pytest.raises(UsageError):
            create_key(tmp_path, name, now)
    assert not list(tmp_path.iterdir())
    for ask in (
        lambda: rotate(tmp_path, NOW),
        lambda: revoke(tmp_path, "0" * 64, NOW),
        lambda: load_signer(tmp_path),
        lambda: load_ring(tmp_path),
        lambda: load_ring(tmp_path / "none.json"),
    ):
        with pytest.raises(UsageError, match="no keyring can be read"):
            ask()
    create_key(tmp_path, NAME, NOW)
    with pytest.raises(Conflict, match="keyring already"):
        create_key(tmp_path, NAME, NOW)
    for when in (NOW, NOW - timedelta(days=1)):
        with pytest.raises(UsageError, match="present key is from"):
            rotate(tmp_path, when)
    assert len(pems(tmp_path)) == 1


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o620, 0o601, 0o644, 0o777])
def test_a_private_key_that_others_reach_is_refused(tmp_path: Path, mode: int) -> None:
    key = create_key(tmp_path, NAME, NOW)
    (tmp_path / f"{key.keyid}.pem").chmod(mode)
    with pytest.raises(UsageError, match=f"has mode {mode:04o}") as found:
        load_signer(tmp_path, NOW)
    assert "chmod 600" in found.value.remedy


def test_a_private_key_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create_key(tmp_path, NAME, NOW)
    monkeypatch.setattr(os, "geteuid", lambda: 987_654)
    with pytest.raises(UsageError, match="belongs to another user"):
        load_signer(tmp_path, NOW)


def test_files_that_are_no_private_key_of_the_ring(tmp_path: Path) -> None:
    key = create_key(tmp_path, NAME, NOW)
    path = tmp_path / f"{key.keyid}.pem"
    ours = path.read_bytes()
    other = Ed25519PrivateKey.generate()
    pem = (Encoding.PEM, PrivateFormat.PKCS8)
    for body, words in (
        (b"", "no Ed25519"),
        (b"\xff" * 100, "no Ed25519"),
        (ours[:60], "no Ed25519"),
        (X25519PrivateKey.generate().private_bytes(*pem, NoEncryption()), "no Ed25519"),
        (other.private_bytes(*pem, BestAvailableEncryption(b"secret")), "no Ed25519"),
        (other.private_bytes(*pem, NoEncryption()), "another public key"),
    ):
        path.write_bytes(body)
        with pytest.raises(UsageError, match=words):
            load_signer(tmp_path, NOW)
    path.unlink()
    with pytest.raises(UsageError, match="can't be read"):
        load_signer(tmp_path, NOW)
    (tmp_path / "elsewhere").write_bytes(ours)
    (tmp_path / "elsewhere").chmod(0o600)
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="can't be read"):
        load_signer(tmp_path, NOW)
    path.unlink()
    os.mkfifo(path, 0o600)
    with pytest.raises(UsageError, match="no plain file"):
        load_signer(tmp_path, NOW)


def test_a_damaged_ring_is_named(tmp_path: Path) -> None:
    create_key(tmp_path, NAME, NOW)
    (tmp_path / "keyring.json").write_bytes(b"{")
    for ask in (lambda: load_ring(tmp_path), lambda: rotate(tmp_path, LATER)):
        with pytest.raises(Untrusted) as found:
            ask()
        assert found.value.where == str(tmp_path / "keyring.json")


def test_a_folder_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError):
        create_key(tmp_path / "file" / "keys", NAME, NOW)


def test_a_lost_ring_costs_no_private_key(tmp_path: Path) -> None:
    create_key(tmp_path, NAME, NOW)
    rotate(tmp_path, LATER)
    (tmp_path / "keyring.json").unlink()
    before = pems(tmp_path)
    with pytest.raises(UsageError, match="several private keys"):
        create_key(tmp_path, NAME, LATER)
    assert pems(tmp_path) == before


def test_a_key_file_cut_short_before_it_was_entered_is_cleared_away(tmp_path: Path) -> None:
    create_key(tmp_path, NAME, NOW)
    torn = tmp_path / f"{'0' * 64}.pem"
    torn.write_bytes(b"-----BEGIN PRIV")
    torn.chmod(0o600)
    rotate(tmp_path, LATER)
    assert not torn.exists()


def test_a_whole_key_that_the_ring_does_not_know_is_never_removed(tmp_path: Path) -> None:
    create_key(tmp_path, NAME, NOW)
    pem, strange = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), tmp_path / f"{'0' * 64}.pem"
    for private, words in ((Ed25519PrivateKey.generate(), "another key"), (X25519PrivateKey.generate(), "no Ed25519")):
        strange.write_bytes(private.private_bytes(*pem))
        strange.chmod(0o600)
        with pytest.raises(UsageError, match=words):
            rotate(tmp_path, LATER)
        assert strange.read_bytes() == private.private_bytes(*pem)
    assert len(load_ring(tmp_path).keys) == 1


def test_of_several_that_create_at_once_one_does(tmp_path: Path) -> None:
    words = [sys.executable, "-c", DYING, str(tmp_path), "create", "0"]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    running = [subprocess.Popen(words, env=env, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = [process.communicate()[1] for process in running]
    assert sorted(process.returncode for process in running) == [0, 1, 1, 1]
    assert sum("has a keyring already" in text for text in said) == 3
    assert pems(tmp_path) == {load_ring(tmp_path).newest.keyid}


@pytest.mark.parametrize("step", ["create", "rotate", "revoke"])
def test_a_process_that_dies_at_any_step_is_taken_up_by_the_next(tmp_path: Path, step: str) -> None:
    for countdown in range(1, 100):
        folder = tmp_path / str(countdown)
        if step != "create":
            create_key(folder, NAME, NOW)
        died = run(folder, step, countdown)
        try:
            ring = load_ring(folder)
            assert load_signer_or_revoked(folder)
        except UsageError as error:
            assert step == "create" and "no keyring" in str(error)
            ring = None
        finish(folder, step, entered=ring is not None and (step == "create" or len(ring.keys) == 2))
        found = load_ring(folder)
        assert pems(folder) == {key.keyid for key in found.keys}
        assert len(found.keys) == (2 if step == "rotate" else 1)
        assert not died or countdown < 60
        if not died:
            return
    pytest.fail("the process never came to its end")


def run(folder: Path, step: str, countdown: int) -> bool:
    """Run a step in a process that dies at the given call; whether it did."""
    words = [sys.executable, "-c", DYING, str(folder), step, str(countdown)]
    code = subprocess.run(words, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, check=False).returncode
    assert code in (0, 9)
    return code == 9


def finish(folder: Path, step: str, entered: bool) -> None:
    """Do the step again, where it was not done."""
    if step == "revoke":
        revoke(folder, load_ring(folder).newest.keyid, datetime(2024, 2, 1, tzinfo=UTC))
    elif not entered:
        create_key(folder, NAME, NOW) if step == "create" else rotate(folder, LATER)


def load_signer_or_revoked(folder: Path) -> bool:
    try:
        return bool(load_signer(folder, LATER))
    except RsError as error:
        return "revoked" in str(error)


def test_a_key_and_its_folder_outlive_a_loss_of_power(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real calls, watched: the folder in its parent, then the key, then the ring, each before its name."""
    seen: list[str] = []
    sync, replace = os.fsync, os.replace

    def watched_sync(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        if path == tmp_path or tmp_path in path.parents:
            seen.append(path.suffix or path.name)
        sync(handle)

    def watched_replace(source: Path, target: Path) -> None:
        seen.append("replace")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(os, "replace", watched_replace)
    create_key(tmp_path / "site" / "keys", NAME, NOW)
    assert seen == [tmp_path.name, "site", ".pem", "keys", ".new", "replace", "keys"]
