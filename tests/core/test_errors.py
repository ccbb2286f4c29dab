"""The tree of errors: what each says, how it travels between processes, which exit code it gives."""

from __future__ import annotations

import pickle

import pytest

from rs import errors
from rs.errors import BadInput, Contradiction, RsError, UnknownName, UnreadableRaster, UsageError

KINDS = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, RsError)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_pickle_keeps_kind_and_fields(kind: type[RsError]) -> None:
    error = kind("is cut short", where="a/b.tif, band 3", remedy="Fetch it again")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert copy.as_dict() == error.as_dict()
    assert str(copy) == str(error)
    assert copy.exit_code == error.exit_code


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_every_kind_is_documented(kind: type[RsError]) -> None:
    assert (kind.__doc__ or "").strip()


def test_text_names_place_first_and_remedy_last() -> None:
    assert (
        str(BadInput("is cut short", where="a.tif", remedy="Fetch it again")) == "a.tif: is cut short. Fetch it again."
    )
    assert str(UsageError("no such thing")) == "no such thing."
    assert str(BadInput("no such thing")) == f"no such thing. {BadInput.default_remedy}."
    assert str(BadInput("really?", remedy="Wait!")) == "really? Wait!"


def test_as_dict_is_plain() -> None:
    found = UnreadableRaster("x", where="y", remedy="z").as_dict()
    assert found == {"error": "UnreadableRaster", "what": "x", "where": "y", "remedy": "z"}


def test_only_usage_errors_exit_with_two() -> None:
    assert {k.__name__ for k in KINDS if k.exit_code == 2} == {"UsageError", "UnknownName"}
    assert issubclass(UnknownName, UsageError)
    assert issubclass(Contradiction, BadInput)
