"""Reports: JSON without NaN, every drop counted, and a product that a constant beats has to say so."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rs.core.product import Maturity, Product
from rs.errors import BadInput
from rs.products import product, products
from rs.validation.report import NOT_POSITIVE, Report, declared_low, undeclared
from rs.validation.text import COLUMNS, markdown, table, text
from rs.validation.validate import Order, evidence, evident, validate, validate_apart

Make = Callable[[Order], Report]

HEADER = "observed,unit,platform,rho_w_red,rho_w_nir08\n"
GOOD = "8.4,FNU,sentinel-2a,0.03,0.005\n45,FNU,sentinel-2a,0.06,0.02\n2.3,FNU,sentinel-2a,0.01,0.002\n"
BAD = "8,FNU,sentinel-2a,0.06,0.02\n9,FNU,sentinel-2a,0.03,0.005\n10,FNU,sentinel-2a,0.01,0.002\n"


def report_of(folder: Path, rows: str, made: Product | None = None) -> Report:
    """The report of a table of spectra."""
    path = folder / "t.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return validate(Order(made or product("turbidity"), path))


def test_json_is_plain_and_whole(parana: Report) -> None:
    body = json.loads(json.dumps(parana.as_dict(), allow_nan=False))
    assert len(body["rows"]) == 38 and body["scores"][0]["beats_constant"] is True
    assert body["scores"][0]["constant"]["mdsa"] > 100 and body["scores"][0]["product"]["r"] > 0.9
    window = body["rows"][0]["window"]
    assert set(window) == {"scene", "level", "pixels", "of", "cv", "gap", "bits", "doubtful", "by_pixel"}
    assert len(body["matchups_sha256"]) == 64


def test_every_row_is_used_or_counted_as_dropped(parana: Report) -> None:
    for score in parana.scores:
        assert score.used + sum(score.dropped.values()) == score.observed
    assert parana.score("unflagged").dropped["flagged"] == 37 - parana.score("unflagged").used
    with pytest.raises(KeyError):
        parana.score("all", "2020-01-01")


def test_negative_and_missing_are_dropped_and_counted(tmp_path: Path) -> None:
    rows = GOOD + "5,FNU,sentinel-2a,-0.02,0\n0,FNU,sentinel-2a,0.03,0.005\n5,FNU,sentinel-2a,0,0\n5,FNU,x,0.03,0.005\n"
    score = report_of(tmp_path, rows).score()
    assert (score.used, score.observed) == (3, 7)
    assert score.dropped[NOT_POSITIVE] == 2 and sum(score.dropped.values()) == 4
    assert score.constant_observed is not None and score.constant_observed.n == 6


def test_text_names_what_a_reader_needs(parana: Report) -> None:
    words = text(parana)
    for part in ("turbidity", "FNU", "chain", "level D", "37 of 38", "unflagged, 2024-05-20", "constant",
                 "beats the constant guess", "no pixel that the product keeps", "3 x 3 px"):  # fmt: skip
        assert part in words, part
    rows = table(parana)
    assert len(markdown(rows, COLUMNS).splitlines()) == len(rows) + 2


def test_nothing_compared(tmp_path: Path) -> None:
    report = report_of(tmp_path, "5,FNU,x,0.03,0.005\n")
    assert report.score().beats_constant is None and "Nothing could be compared" in text(report)
    assert undeclared(product("turbidity"), [report]) == []
    assert report_of(tmp_path, "").score().observed == 0


def test_a_product_that_a_constant_beats_has_to_say_so(tmp_path: Path) -> None:
    made = product("turbidity")
    good, bad = report_of(tmp_path, GOOD), report_of(tmp_path, BAD)
    assert good.score().beats_constant is True and bad.score().beats_constant is False
    assert "does NOT beat" in text(bad)
    proven = replace(made, maturity=Maturity.VALIDATED)
    assert undeclared(proven, [good]) == []
    assert len(undeclared(proven, [good, bad])) == 1 and "MdSA" in undeclared(proven, [bad])[0]
    assert undeclared(replace(made, maturity=Maturity.EXPERIMENTAL), [bad]) == []
    flagged = replace(bad, rows=tuple(replace(row, flags=("low_confidence",)) for row in bad.rows))
    assert declared_low(proven, flagged) and undeclared(proven, [flagged]) == []
    half = replace(bad, rows=(replace(bad.rows[0], flags=("low_confidence",)), *bad.rows[1:]))
    assert not declared_low(proven, half)


@pytest.mark.parametrize("name", sorted(products()))
def test_no_product_hides_that_a_constant_beats_it(name: str, reference: Path, reports: Make) -> None:
    """The evidence that comes with the package, for every product that has any."""
    made = product(name)
    found = [reports(order) for order in evidence(made, reference)]
    for report in found:
        print(text(report))
    assert undeclared(made, found) == []


def test_evidence_is_found_by_name(reference: Path) -> None:
    assert [order.mapping.name for order in evidence(product("turbidity"), reference) if order.mapping] == [
        "parana_lab.toml"
    ]
    assert set(evident(reference)) == {
        "landsat_matchups_insitu.toml", "landsat_matchups_satellite.toml", "parana_lab.toml"
    }  # fmt: skip


@pytest.mark.parametrize("name", ["turbidity", "suspended_matter", "secchi_depth", "chlorophyll"])
def test_every_observed_quantity_has_a_product(name: str, reference: Path) -> None:
    assert name in {quantity for names in evident(reference).values() for quantity in names}
    assert product(name).layers[0].unit


def test_a_child_process_gives_the_same_report(tmp_path: Path, kernel_cache: Path) -> None:
    here = report_of(tmp_path, GOOD)
    assert validate_apart(Order(product("turbidity"), tmp_path / "t.csv"), kernel_cache) == here
    (tmp_path / "t.csv").write_text(HEADER + "many,FNU,sentinel-2a,0.03,0.005\n", encoding="utf-8")
    with pytest.raises(BadInput, match="'many' is not a number"):
        validate_apart(Order(product("turbidity"), tmp_path / "t.csv"), kernel_cache)
