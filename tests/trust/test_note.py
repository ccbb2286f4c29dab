"""Signed notes: bytes of other implementations, several signers, and everything malformed refused."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing import SeededKey, seeded

from rs.errors import Untrusted, UsageError
from rs.trust.ed25519 import ORDER_8, PRIME, is_sound, verify
from rs.trust.note import Kind, Note, Verifier, cosign, is_key_name, open_note, sign_note

# the key and the note of the tests of golang.org/x/mod/sumdb/note
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
GO_NOTE = f"{GO_TEXT}\n{GO_LINE}".encode()
# verifier keys of other implementations, of both types; the base64 of the second holds a plus
VKEYS = [
    GO_KEY,
    "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
]
LOG, WITNESS = seeded("example.org/log", 1), seeded("example.org/witness", 2)
LOG_KEY = Verifier(LOG.name, LOG.public)
WITNESS_KEY = Verifier(WITNESS.name, WITNESS.public, Kind.COSIGNATURE)
TEXT = "example.org/log\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
THEN = datetime(2024, 5, 1, 12, tzinfo=UTC)
texts = st.text(st.characters(min_codepoint=32, exclude_categories=("Cs",)) | st.just("\n"), max_size=60)


def test_the_note_of_another_implementation_opens() -> None:
    assert open_note(GO_NOTE, [Verifier.parse(GO_KEY)]).text == GO_TEXT


def test_signing_gives_the_bytes_of_another_implementation() -> None:
    key = SeededKey("PeterNeumann", GO_SEED)
    assert Verifier(key.name, key.public).vkey == GO_KEY
    assert sign_note(GO_TEXT, [key]) == GO_NOTE


@pytest.mark.parametrize("vkey", VKEYS)
def test_verifier_keys_of_others(vkey: str) -> None:
    assert Verifier.parse(vkey).vkey == vkey


@pytest.mark.parametrize("vkey", VKEYS)
def test_no_part_of_a_verifier_key_is_one(vkey: str) -> None:
    for start in range(len(vkey)):
        for end in range(start, len(vkey) + 1):
            if end - start < len(vkey):
                with pytest.raises(Untrusted):
                    Verifier.parse(vkey[start:end])
    for at, letter in enumerate(vkey):
        with pytest.raises(Untrusted):
            Verifier.parse(vkey[:at] + chr(ord(letter) + 1) + vkey[at + 1 :])


@given(texts)
def test_what_is_signed_opens(text: str) -> None:
    note = open_note(sign_note(text + "\n", [LOG, WITNESS]), [LOG_KEY])
    assert note.text == text + "\n"
    assert [x.verifier for x in note.signatures] == [LOG_KEY]


def test_a_witness_adds_its_signature_with_the_time() -> None:
    body = cosign(sign_note(TEXT, [LOG]), WITNESS, THEN)
    note = open_note(body, [LOG_KEY, WITNESS_KEY])
    assert [(x.verifier, x.time) for x in note.signatures] == [(LOG_KEY, None), (WITNESS_KEY, THEN)]
    assert open_note(body, [WITNESS_KEY]).signatures[0].time == THEN
    # the specification's message, written out here
    line = body.decode().split("\n")[-2]
    data = base64.b64decode(line.split(" ")[2])
    message = f"cosignature/v1\ntime {int(THEN.timestamp())}\n{TEXT}".encode()
    assert verify(WITNESS.public, data[12:], message)
    assert int.from_bytes(data[4:12], "big") == THEN.timestamp()


def test_a_cosignature_is_no_plain_signature_and_the_other_way_round() -> None:
    as_plain = Verifier(WITNESS.name, WITNESS.public)
    with pytest.raises(Untrusted, match="no signature by a known key"):
        open_note(cosign(sign_note(TEXT, [LOG]), WITNESS, THEN), [as_plain])
    with pytest.raises(Untrusted, match="no signature by a known key"):
        open_note(sign_note(TEXT, [WITNESS]), [WITNESS_KEY])


def test_the_time_of_a_cosignature_is_signed() -> None:
    head, _, line = cosign(sign_note(TEXT, [LOG]), WITNESS, THEN).decode()[:-1].rpartition(" ")
    data = bytearray(base64.b64decode(line))
    for at in range(4, len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        with pytest.raises(Untrusted):
            open_note(f"{head} {base64.b64encode(changed).decode()}\n".encode(), [LOG_KEY, WITNESS_KEY])


@pytest.mark.parametrize("seconds", [2**63, 2**64 - 1, 253402300800])
def test_a_witness_that_signs_a_time_that_no_calendar_has(seconds: int) -> None:
    data = WITNESS_KEY.key_hash + seconds.to_bytes(8, "big")
    data += WITNESS.sign(f"cosignature/v1\ntime {seconds}\n{TEXT}".encode())
    body = f"{TEXT}\n— {WITNESS.name} {base64.b64encode(data).decode()}\n".encode()
    with pytest.raises(Untrusted, match="malformed cosignature"):
        open_note(body, [WITNESS_KEY])


def test_a_wrong_signature_by_a_known_key_spoils_the_note() -> None:
    good = sign_note(TEXT, [LOG]).decode()
    bad = sign_note("else\n", [WITNESS]).decode().split("\n")[-2]
    body = f"{good}{bad}\n".encode()
    assert open_note(body, [LOG_KEY]).text == TEXT
    with pytest.raises(Untrusted, match="does not fit the text"):
        open_note(body, [LOG_KEY, Verifier(WITNESS.name, WITNESS.public)])


def test_signatures_of_one_key_count_once() -> None:
    body = sign_note(TEXT, [LOG])
    line = body.decode().split("\n")[-2]
    assert len(open_note(body + f"{line}\n".encode(), [LOG_KEY]).signatures) == 1


def test_a_name_alone_is_no_key() -> None:
    other = Verifier(LOG.name, WITNESS.public)
    with pytest.raises(Untrusted, match="no signature by a known key"):
        open_note(sign_note(TEXT, [LOG]), [other])
    with pytest.raises(Untrusted):
        open_note(sign_note(TEXT, [LOG]), [])


def test_the_last_blank_line_parts_the_text() -> None:
    text = "a\n\n\nb\n\n— PeterNeumann AAAAAAAA\n"
    assert open_note(sign_note(text, [LOG]), [LOG_KEY]).text == text


def test_a_hundred_signatures_and_no_more() -> None:
    line = sign_note(TEXT, [LOG]).decode().split("\n")[-2]
    other = line.replace("example.org/log", "someone")
    full = f"{TEXT}\n{line}\n" + f"{other}\n" * 99
    assert open_note(full.encode(), [LOG_KEY]).text == TEXT
    with pytest.raises(Untrusted, match="bears 100 signatures already"):
        cosign(full.encode(), WITNESS, THEN)
    with pytest.raises(Untrusted, match="more than 100"):
        open_note(f"{full}{other}\n".encode(), [LOG_KEY])


GOOD = sign_note(TEXT, [LOG])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"\n\n",
        TEXT.encode(),
        TEXT.encode() + b"\n",
        GOOD[:-1],
        GOOD + b"\n",
        GOOD + b"x\n",
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"3", b"\x003"),
        GOOD.replace(b"3", b"\xff"),
        GOOD.replace("—".encode(), b"-"),
        GOOD.replace("— ".encode(), "—".encode()),
        GOOD.replace("— ".encode(), "—\u2003".encode()),
        GOOD.replace(b"=\n", b"\n"),
        GOOD[:-4] + b"\n",
        GOOD[:-1] + b" \n",
        GOOD + "— x AAAA\n".encode(),
        GOOD + "— x\n".encode(),
        GOOD + "— a+b AAAAAAAA\n".encode(),
        GOOD + b"\n" * (2**20),
    ],
)
def test_malformed_notes_are_refused(body: bytes) -> None:
    with pytest.raises(Untrusted):
        open_note(body, [LOG_KEY])


@given(st.data())
def test_no_changed_byte_goes_unseen(data: st.DataObject) -> None:
    body = bytearray(GOOD)
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] = data.draw(st.integers(0, 255).filter(lambda x: x != body[at]))
    with pytest.raises(Untrusted):
        open_note(bytes(body), [LOG_KEY])


@given(st.binary(max_size=200) | st.text("a\n— +é=A/", max_size=60).map(str.encode))
def test_hostile_bytes(body: bytes) -> None:
    for ask in (lambda: open_note(body, [LOG_KEY, WITNESS_KEY]), lambda: cosign(body, WITNESS, THEN)):
        try:
            found = ask()
            assert not isinstance(found, Note)
        except Untrusted:
            pass


@pytest.mark.parametrize("text", ["", "a", "a\tb\n", "\x00\n", "\ud800\n", "a" * 2**20 + "\n"])
def test_texts_that_can_not_be_signed(text: str) -> None:
    with pytest.raises(UsageError):
        sign_note(text, [LOG])


def test_calls_that_are_off() -> None:
    with pytest.raises(UsageError, match="signers"):
        sign_note(TEXT, [])
    for time in (datetime(2024, 1, 1), datetime(1969, 1, 1, tzinfo=UTC)):
        with pytest.raises(UsageError, match="zone"):
            cosign(GOOD, WITNESS, time)
    for name, public in (("", LOG.public), ("a b", LOG.public), ("a", b""), ("a", LOG.public + b"\0")):
        with pytest.raises(UsageError):
            Verifier(name, public)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n", "a\u00a0b", "a\u2003", "a\u3000b", "\x1f", "\ud800"])
def test_names_that_no_key_has(name: str) -> None:
    assert not is_key_name(name)


def test_keys_that_bind_nobody() -> None:
    for y in (0, 1, PRIME - 1, ORDER_8, PRIME - ORDER_8, PRIME, PRIME + 1, 2**255 - 1):
        for sign in (0, 2**255):
            assert not is_sound((y + sign).to_bytes(32, "little"))
    # the neutral point as key and R, S = 0: this one signature holds for any message
    one = (1).to_bytes(32, "little")
    assert verify(one, one + bytes(32), b"this") and verify(one, one + bytes(32), b"that")
    eight = ORDER_8.to_bytes(32, "little")
    assert any(verify(eight, one + bytes(32), bytes([n])) for n in range(64))
    assert is_sound(LOG.public)
