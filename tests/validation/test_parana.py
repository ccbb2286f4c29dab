"""The chain on real water: Sen2Cor pixels of the Parana river, level D, against 38 samples of a laboratory.

Elsewhere 3 x 3 means of every pixel gave MdSA 49 % (34 to 87), SSPB +41 %, MAPE 72 %, r .95 on all 38,
a constant guess 170 %; and 36 % on the 14 whose mean at 1.6 um is below .0215.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from rs.core.bands import Band
from rs.products import product
from rs.validation.agreement import Agreement, agreement
from rs.validation.report import Report
from rs.validation.text import text


def test_all_38(parana_every_pixel: Report) -> None:
    print(text(parana_every_pixel))
    score = parana_every_pixel.score()
    m, base = score.product, score.constant
    assert m is not None and base is not None and m.r is not None
    assert (score.used, score.observed) == (38, 38)
    assert m.mdsa <= 60 and m.r >= 0.9
    assert m.mdsa == pytest.approx(49, abs=1) and m.sspb == pytest.approx(41, abs=1)
    assert m.mape == pytest.approx(72, abs=1) and m.r == pytest.approx(0.95, abs=0.01)
    assert (m.mdsa_low, m.mdsa_high) == (pytest.approx(34, abs=3), pytest.approx(87, abs=3))
    assert base.mdsa == pytest.approx(170, abs=1)


def test_what_the_product_publishes(parana: Report) -> None:
    """One sample at the bank has no water pixel: it is missed, and counted as missed."""
    print(text(parana))
    score = parana.score()
    assert score.product is not None and score.product.r is not None
    assert (score.used, score.observed) == (37, 38) and sum(score.dropped.values()) == 1
    assert score.product.mdsa <= 60 and score.product.r >= 0.9
    assert score.beats_constant


def test_unflagged(parana: Report) -> None:
    score = parana.score("unflagged")
    assert score.product is not None and score.product.mdsa <= 45
    assert 10 <= score.used <= 16 and score.observed == 38
    assert score.beats_constant


def test_per_day_with_the_constant_beside(parana: Report) -> None:
    days = {s.group: s for s in parana.scores if s.group and s.subset == "all"}
    assert {day: s.observed for day, s in days.items()} == {
        "2023-05-11": 8, "2023-12-12": 8, "2024-05-20": 8, "2024-12-16": 14
    }  # fmt: skip
    assert all(s.product is not None and s.constant is not None for s in days.values())
    haze = days["2023-12-12"]
    assert haze.beats_constant is False
    assert parana.score("unflagged", "2023-12-12").used == 0


def test_windows_say_what_was_there(parana: Report) -> None:
    for row in parana.rows:
        window = row.window
        assert window is not None and window.level == "D"
        assert window.scene.endswith(row.observation.day.replace("-", ""))
        assert 0 <= window.pixels <= window.of == 9
        assert window.gap[0] == 0 and 20 < window.gap[1] < 30
        assert window.bits.get("unsure", 0) == window.pixels
        assert window.cv is None or 0 <= window.cv < 3
    lost = [row for row in parana.rows if row.estimate is None]
    assert [row.observation.value for row in lost] == [382.0]
    assert "no pixel that the product keeps" in lost[0].reason


def test_the_mean_of_pixels_is_close_but_not_the_same(parana: Report) -> None:
    pairs = [(r.estimate, r.window.by_pixel) for r in parana.rows if r.estimate and r.window and r.window.by_pixel]
    assert len(pairs) == 37
    ratios = sorted(abs(one / other - 1) for one, other in pairs)
    assert ratios[18] < 0.02 and ratios[-1] > 0.1


@pytest.mark.parametrize("minus_residual", [False, True], ids=["as delivered", "minus B12"])
def test_level_d_against_acolite(scenes: Path, reference: Path, minus_residual: bool) -> None:
    found = agreement(
        str(scenes / "S2_parana_20241216"), reference / "parana_acolite_20241216.tif", product("turbidity"),
        minus_residual=minus_residual,
    )  # fmt: skip
    print_agreement(found)
    assert found.level == "D" and found.wet > 30_000
    assert found.residual_zero > 0.4
    over = {b.band: b for b in found.over_wet}
    assert set(over) >= {Band.COASTAL, Band.BLUE, Band.GREEN, Band.RED, Band.REDEDGE071, Band.NIR, Band.NIR08}
    for band in (Band.GREEN, Band.RED):
        metrics = over[band].metrics
        assert metrics is not None and metrics.mdsa <= 25
        assert metrics.n > 0.99 * over[band].of
    assert 0 < found.unflagged < found.wet and len(found.over_unflagged) == len(found.over_wet)


def print_agreement(found: Agreement) -> None:
    """The table of an agreement."""
    for name, bands in (("wet", found.over_wet), ("unflagged", found.over_unflagged)):
        for b in bands:
            mdsa = "-" if b.metrics is None else f"n {b.metrics.n} MdSA {b.metrics.mdsa:.1f} %"
            print(f"{name} {b.band.value}: {b.of} px, {mdsa}")
