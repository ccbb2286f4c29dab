"""Who made what from what: in-toto statements v1 with SLSA provenance v1 as their predicate.

Sources: https://in-toto.io/Statement/v1 and https://slsa.dev/spec/v1.0/provenance. Of the optional fields
only those are written, and taken, that `Statement` has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rs.errors import Untrusted, UsageError
from rs.trust.canonical import canonical_json
from rs.trust.encoding import json_value, record

STATEMENT = "https://in-toto.io/Statement/v1"
PROVENANCE = "https://slsa.dev/provenance/v1"
DIGEST = re.compile(r"[0-9a-f]{64}")
URI = re.compile(r"[a-z][a-z0-9+.-]*:[!-~]+")
MAX_NAME = 1024
WHERE = "in-toto statement"


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that was made, or used: its name, and SHA-256 in lower-case hex. Raises UsageError for other values."""

    name: str
    sha256: str

    def __post_init__(self) -> None:
        if not self.name or len(self.name) > MAX_NAME or not self.name.isprintable():
            raise UsageError(f"{self.name[:80]!r} can't name a subject: 1 to {MAX_NAME} printable characters can")
        if not DIGEST.fullmatch(self.sha256):
            raise UsageError(f"{self.sha256[:80]!r} is no SHA-256 in lower-case hex")

    def descriptor(self) -> dict[str, Any]:
        """The subject as in-toto's ResourceDescriptor."""
        return {"name": self.name, "digest": {"sha256": self.sha256}}


@dataclass(frozen=True, slots=True)
class Statement:
    """What was made (subjects), by what kind of work (URI) with which parameters, from what, by whom (URI).

    Raises UsageError without a subject, for one named twice, for what is no URI, and for parameters that have
    no canonical JSON.
    """

    subjects: tuple[Subject, ...]
    build_type: str
    parameters: Mapping[str, Any] = field(hash=False)
    dependencies: tuple[Subject, ...]
    builder: str

    def __post_init__(self) -> None:
        for things in (self.subjects, self.dependencies):
            if len({thing.name for thing in things}) != len(things):
                raise UsageError("a name stands for two things in the statement")
        if not self.subjects:
            raise UsageError("a statement needs a subject")
        for uri in (self.build_type, self.builder):
            if not URI.fullmatch(uri):
                raise UsageError(f"{uri[:80]!r} is no URI")
        canonical_json(self.parameters)

    def body(self) -> dict[str, Any]:
        """The statement as JSON values."""
        definition = {
            "buildType": self.build_type,
            "externalParameters": dict(self.parameters),
            "resolvedDependencies": [thing.descriptor() for thing in self.dependencies],
        }
        return {
            "_type": STATEMENT,
            "subject": [thing.descriptor() for thing in self.subjects],
            "predicateType": PROVENANCE,
            "predicate": {"buildDefinition": definition, "runDetails": {"builder": {"id": self.builder}}},
        }


def statement(
    subjects: Sequence[Subject],
    build_type: str,
    parameters: Mapping[str, Any],
    dependencies: Sequence[Subject],
    builder: str,
) -> dict[str, Any]:
    """The statement as JSON values, ready for `canonical_json` and `dsse.seal`. Raises as `Statement` does."""
    return Statement(tuple(subjects), build_type, parameters, tuple(dependencies), builder).body()


def parse_statement(payload: bytes) -> Statement:
    """The statement of a payload. Raises Untrusted for any field more, less or other than `statement` writes."""
    outer = {"_type": str, "subject": list, "predicateType": str, "predicate": dict}
    body = record(json_value(payload, WHERE), outer, WHERE)
    if (body["_type"], body["predicateType"]) != (STATEMENT, PROVENANCE):
        raise Untrusted("is not a statement v1 with SLSA provenance v1", where=WHERE)
    predicate = record(body["predicate"], {"buildDefinition": dict, "runDetails": dict}, WHERE)
    inner = {"buildType": str, "externalParameters": dict, "resolvedDependencies": list}
    definition = record(predicate["buildDefinition"], inner, WHERE)
    builder = record(record(predicate["runDetails"], {"builder": dict}, WHERE)["builder"], {"id": str}, WHERE)
    things = [_subjects(x) for x in (body["subject"], definition["resolvedDependencies"])]
    try:
        return Statement(things[0], definition["buildType"], definition["externalParameters"], things[1], builder["id"])
    except UsageError as error:
        raise Untrusted(error.what, where=WHERE) from error


def _subjects(values: list[Any]) -> tuple[Subject, ...]:
    found = []
    for value in values:
        entry = record(value, {"name": str, "digest": dict}, WHERE)
        digest = record(entry["digest"], {"sha256": str}, WHERE)["sha256"]
        try:
            found.append(Subject(entry["name"], digest))
        except UsageError as error:
            raise Untrusted(error.what, where=WHERE) from error
    return tuple(found)
