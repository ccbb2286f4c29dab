"""Keys, proofs and checks as people call them."""

from __future__ import annotations

import json
import shutil
import stat
import time
from pathlib import Path

import pytest
from tests.catalog import rfc6962
from tests.catalog.small import Small, signed_site
from tests.cli.command import rs
from tests.operate.sites import RIVER


def keyid(site: Path) -> str:
    """ID of the newest key."""
    return str(rs("trust", "keys", site, "--json").document()[-1]["key"])


def test_a_site_signs_from_the_first_run_on_and_a_consumer_checks_it(site: Path, tmp_path: Path) -> None:
    assert rs("run", site).code == 0
    ring, kept = tmp_path / "keyring.json", tmp_path / "kept"
    shutil.copy(site / "keys" / "keyring.json", ring)
    shutil.copy(site / "register" / "resource" / "checkpoint", kept)
    done = rs("verify", site, "--trust", ring, "--checkpoint", kept)
    assert done.code == 0, done.text
    assert done.out.splitlines()[-1].startswith("signed: 1 of 1 by rs/river-")
    (item,) = (site / "items" / "ndvi").iterdir()
    copied = tmp_path / "copied"
    for file in (item, *(site / "data").rglob("*.*"), *(site / "attestations").rglob("*.json")):
        if file.is_file():
            copied.mkdir(exist_ok=True)
            shutil.copy(file, copied)
    assert rs("verify", copied, "--trust", ring).code == 0
    other = signed_site(tmp_path / "other", 1)
    wrong = rs("verify", copied, "--trust", other.layout.keys)
    assert wrong.code == 1 and "not one of the keys that are trusted here" in wrong.out
    assert rs("verify", site, "--trust", other.layout.keys).code == 1


def test_an_unsigned_folder_verifies_as_before_and_trust_is_an_error(scenes: Path, tmp_path: Path) -> None:
    out, other = tmp_path / "out", signed_site(tmp_path / "other", 1)
    assert rs("produce", "ndvi", scenes / RIVER, "-o", out).code == 0
    plain = rs("verify", out)
    assert plain.code == 0 and plain.out.startswith("clean: 1 entries") and "no signature" in plain.out
    trusted = rs("verify", out, "--trust", other.layout.keys)
    assert trusted.code == 1 and "1 of 1 entries are signed by no key of the keyring" in trusted.out
    # keys later: what was published without is signed by the next run
    assert rs("trust", "init", out, "--name", "bay.example/rs").code == 0
    assert rs("produce", "ndvi", scenes / RIVER, "-o", out).code == 0
    assert rs("verify", out, "--trust", out / "keys").code == 0


def test_keys_are_made_changed_taken_back(tmp_path: Path) -> None:
    assert rs("trust", "init", tmp_path, "--name", "bay.example/rs").code == 0
    (private,) = (tmp_path / "keys").glob("*.pem")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    again = rs("trust", "init", tmp_path)
    assert again.code == 1 and "has a keyring already" in again.err
    first = keyid(tmp_path)
    time.sleep(1.1)
    shown = rs("trust", "rotate", tmp_path)
    assert shown.code == 0 and "fingerprint" in shown.out and first[:16] in shown.out
    assert keyid(tmp_path) != first
    revoked = rs("trust", "revoke", tmp_path, first[:12], "--since", "2026-01-01T00:00:00Z", "--json").document()
    assert [row["revoked"] for row in revoked] == ["2026-01-01T00:00:00Z", ""]
    for words, said in (
        (("revoke", tmp_path, first, "--since", "2026-01-01"), "no time with a zone"),
        (("revoke", tmp_path, "", "--since", "2026-01-01T00:00:00Z"), "0 keys start with ''"),
        (("rotate", tmp_path / "absent"), "no keyring can be read"),
        (("keys", tmp_path / "absent"), "no keyring can be read"),
        (("init", tmp_path / "new", "--name", "with space"), "is no key name"),
    ):  # fmt: skip
        done = rs("trust", *words)
        assert done.code == 2 and said in done.err, done.text


def test_a_key_that_others_can_read_signs_nothing(site: Path) -> None:
    assert rs("trust", "init", site, "--name", "bay.example/rs").code == 0
    (private,) = (site / "keys").glob("*.pem")
    private.chmod(0o644)
    done = rs("run", site)
    assert done.code == 2 and "has mode 0644" in done.err and "chmod 600" in done.err
    private.chmod(0o600)
    assert rs("run", site).code == 0


def test_a_proof_is_checked_without_rs(tmp_path: Path) -> None:
    site = signed_site(tmp_path / "site", 3)
    old = site.checkpoint.read_text()
    item = site.publish("s3").fact.item
    site.sign()
    proof = rs("register", "proof", site.root, item, "--old", 3).document()
    assert rfc6962.check(proof, old)
    assert rfc6962.signed(proof["checkpoint"], "river.example/rs", site.ring.newest.public)
    assert rs("register", "proof", site.root, "absent").code == 2


def test_the_register_is_a_change_feed(tmp_path: Path) -> None:
    site = signed_site(tmp_path / "site", 3)
    lines = rs("register", "read", site.root, "--since", 1).out.splitlines()
    assert [json.loads(line)["number"] for line in lines] == [2, 3]
    assert rs("register", "read", site.root, "--since", 3).out == ""
    head = rs("register", "head", site.root, "--json").document()
    assert (head["epoch"], head["entries"], head["signed"]) == (1, 3, 3)
    for command in ("read", "head", "resume"):
        absent = rs("register", command, tmp_path / "absent")
        assert absent.code == 1 and "holds no register" in absent.err


def test_a_restored_backup(tmp_path: Path) -> None:
    site = signed_site(tmp_path / "site", 2)
    backup = Small(Path(shutil.copytree(site.root, tmp_path / "backup")))
    site.publish("lost")
    site.sign()
    kept = tmp_path / "kept"
    shutil.copy(site.checkpoint, kept)
    ring = site.layout.keys
    assert rs("verify", backup.root, "--trust", ring, "--checkpoint", kept).code == 1
    stranger = signed_site(tmp_path / "stranger", 5)
    refused = rs("register", "resume", backup.root, "--known", stranger.checkpoint)
    assert refused.code == 1 and "no signature by a known key" in refused.err
    done = rs("register", "resume", backup.root, "--known", kept)
    assert done.code == 0 and "1 entries of the last epoch are lost" in done.out
    backup.sign()
    found = rs("verify", backup.root, "--trust", ring, "--checkpoint", kept)
    assert found.code == 0 and "declared gap" in found.out


def test_a_revoked_key_and_a_witness(tmp_path: Path) -> None:
    site, witness = signed_site(tmp_path / "site", 2), signed_site(tmp_path / "witness", 1)
    kept = tmp_path / "kept"
    shutil.copy(site.checkpoint, kept)
    made = rs("trust", "cosign", kept, "--keys", witness.root, "--trust", site.layout.keys, "--json").document()
    assert rs("trust", "cosign", kept, "--keys", witness.root, "--trust", site.layout.keys, "--json").document() == made
    time.sleep(1.1)
    rs("trust", "revoke", site.root, keyid(site.root), "--since", made["seen"])
    call = ["verify", site.root, "--trust", site.layout.keys]
    assert rs(*call).code == 1
    assert rs(*call, "--checkpoint", kept).code == 1
    assert rs(*call, "--checkpoint", kept, "--kept-at", made["seen"]).code == 0
    seen = rs(*call, "--checkpoint", kept, "--witness", made["witness"])
    assert seen.code == 0 and f"was seen by river.example/rs at {made['seen']}" in seen.out
    stranger = signed_site(tmp_path / "stranger", 1)
    refused = rs("trust", "cosign", stranger.checkpoint, "--keys", witness.root, "--trust", site.layout.keys)
    assert refused.code == 1 and "no signature by a known key" in refused.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--kept-at", "2026-01-01T00:00:00Z"], "none is given"),
        (["--kept-at", "yesterday", "--checkpoint", "CHECKPOINT"], "no time with a zone"),
        (["--checkpoint", "absent"], "cannot be read"), (["--trust", "absent"], "no keyring can be read"),
        (["--witness", "x"], "--witness is about a checkpoint"),
    ],
)  # fmt: skip
def test_what_does_not_go_together(tmp_path: Path, options: list[str], words: str) -> None:
    site = signed_site(tmp_path, 1)
    done = rs("verify", site.root, *[str(site.checkpoint) if o == "CHECKPOINT" else o for o in options])
    assert done.code == 2 and words in done.err, done.text


def test_a_checkpoint_beside_a_copy_is_not_passed_over(tmp_path: Path) -> None:
    site = signed_site(tmp_path / "site", 1)
    copied = tmp_path / "copied"
    shutil.copytree(site.root / "items", copied / "items")
    done = rs("verify", copied, "--checkpoint", site.checkpoint)
    assert done.code == 2 and "compared with a register" in done.err


def test_a_folder_above_that_is_called_register_is_no_site(tmp_path: Path) -> None:
    (tmp_path / "register").mkdir()
    (tmp_path / "copied").mkdir()
    done = rs("verify", tmp_path / "copied")
    assert done.code == 1 and "holds no register and no item" in done.err


def test_repair_and_garbage(scenes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert rs("produce", "ndvi", scenes / RIVER, "-o", out).code == 0
    file = next((out / "data" / "ndvi").rglob("ndvi.*.tif"))
    file.write_bytes(b"damaged")
    done = rs("repair", out)
    assert done.code == 3 and "is now in quarantine" in done.out and "file is lost" in done.out
    assert rs("produce", "ndvi", scenes / RIVER, "-o", out).code == 0
    assert rs("repair", out).code == 0 and rs("verify", out).code == 0
    dead = out / "staging" / "dead"
    dead.mkdir()
    (dead / ".lock").touch()
    assert "to remove" not in rs("gc", out).out and dead.exists()
    listed = rs("gc", out, "--json").document()
    assert (listed["removed"], [row["path"] for row in listed["found"]]) == (False, [str(dead)])
    assert rs("gc", out, "--yes").code == 0 and not dead.exists()
    assert rs("gc", tmp_path / "absent").code == 1 and rs("repair", tmp_path / "absent").code == 1
