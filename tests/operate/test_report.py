"""The report of a run: exit codes, and what a person reads."""

from __future__ import annotations

import json

import pytest

from rs.catalog.verify import Finding, Severity, Verification
from rs.core.result import SkipClass, Skipped
from rs.operate.plan import Standing
from rs.operate.report import Made, Report

MADE = Made("turbidity", "scene1", "slot", "item", 1, 0.5, 12.3456, "FNU", "data/t.tif", "turbidity")
CLASSES = Made("water_extent", "scene1", "slot2", "item2", 2, 1.0, None, "1", "data/w.tif", "water_extent")
STANDING = Standing("ndvi", "scene1", "slot3", "item3", stale=False)
STALE = Standing("ndvi", "scene2", "slot4", "item4", stale=True)
FAILURES = [kind for kind in SkipClass if kind.is_failure]


def skipped(kind: SkipClass) -> Skipped:
    """A slot that stays empty."""
    return Skipped("ndvi", "scene9", "slot9", f"ndvi: because of {kind.value}. Do this.", kind)


def report(*parts: Made | Standing | Skipped, damage: Severity | None = None) -> Report:
    """A report of these outcomes; damage: a finding of the verification."""
    found = Verification(entries=1, files=2)
    if damage:
        found.findings.append(Finding("/site/data/file.tif", "file is damaged", damage))
    return Report(
        tuple(p for p in parts if isinstance(p, Made)), tuple(p for p in parts if isinstance(p, Standing)),
        tuple(p for p in parts if isinstance(p, Skipped)), found, "/site",
    )  # fmt: skip


def test_which_classes_are_failures() -> None:
    assert {kind.value for kind in SkipClass} - {kind.value for kind in FAILURES} == {"expected", "unsupported"}


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((), 0),
        ((MADE,), 0),
        ((STANDING,), 0),
        ((STALE,), 0),
        ((skipped(SkipClass.EXPECTED),), 0),
        ((MADE, skipped(SkipClass.EXPECTED), skipped(SkipClass.UNSUPPORTED)), 0),
        ((STANDING, skipped(SkipClass.UNSUPPORTED)), 0),
        ((skipped(SkipClass.EXPECTED), skipped(SkipClass.UNSUPPORTED)), 0),
        ((skipped(SkipClass.UNSUPPORTED),), 1),
        *(((skipped(kind),), 1) for kind in FAILURES),
        *(((skipped(kind), skipped(SkipClass.EXPECTED)), 1) for kind in FAILURES),
        *(((MADE, skipped(kind)), 3) for kind in FAILURES),
        *(((STANDING, skipped(kind)), 3) for kind in FAILURES),
    ],
)
def test_exit_codes(parts: tuple[Made | Standing | Skipped, ...], code: int) -> None:
    assert report(*parts).exit == code
    assert report(*parts).as_dict()["exit"] == code


def test_a_damaged_catalogue_is_a_failure_and_a_left_over_is_none() -> None:
    assert report(MADE, damage=Severity.ERROR).exit == 3
    assert report(damage=Severity.ERROR).exit == 1
    assert report(MADE, damage=Severity.NOTICE).exit == 0


def test_plain_values_are_json() -> None:
    whole = report(MADE, CLASSES, STALE, skipped(SkipClass.BAD_INPUT), damage=Severity.ERROR)
    body = json.loads(json.dumps(whole.as_dict(), allow_nan=False))
    assert body["made"][0]["mean"] == 12.3456 and body["made"][1]["mean"] is None
    assert body["standing"][0]["stale"] is True
    assert body["skipped"][0]["kind"] == "bad-input"
    assert body["verification"]["ok"] is False
    assert body["verification"]["findings"][0]["severity"] == "error"


def test_markdown_tells_all() -> None:
    kinds = (SkipClass.BAD_INPUT, SkipClass.EXPECTED)
    text = report(MADE, CLASSES, STALE, *map(skipped, kinds), damage=Severity.ERROR).markdown()
    assert "# Run: 2 made, 1 stood, 2 empty" in text
    assert "| scene1 | turbidity | 50.0% | 12.3 FNU | data/t.tif |" in text
    failures, empty = text.split("## Failures")[1].split("## Empty")
    assert "scene9: ndvi: because of bad-input. Do this. (bad-input)" in failures
    assert "because of expected" in empty and "because of bad-input" not in empty
    assert "item4" in text.split("## Stale")[1]
    assert "NOT CLEAN" in text and "/site/data/file.tif: file is damaged" in text


def test_markdown_of_nothing_is_short() -> None:
    text = report(STANDING).markdown()
    assert "## " not in text.replace("# Run", "", 1) and "|" not in text
    assert "clean" in text
