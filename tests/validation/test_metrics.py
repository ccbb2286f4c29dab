"""Metrics meet the published vectors and the properties that they are chosen for."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rs.validation.metrics import (
    Metrics,
    class_scores,
    comparable,
    constant_guess,
    interval,
    log_ratio,
    mdsa,
    measure,
    r_of_logs,
    sspb,
)

Floats = NDArray[np.float64]

positive = st.floats(1e-3, 1e3)
pairs = st.lists(st.tuples(positive, positive), min_size=1, max_size=30).map(lambda p: np.array(p).T)
FEW = 40


def scores(estimated: Floats, observed: Floats) -> Metrics:
    """Metrics of pairs that are there."""
    found = measure(estimated, observed, FEW)
    assert found is not None
    return found


def test_vector_mdsa_sspb() -> None:
    """Morley 2018, Seegers 2018; computed by hand from their definitions."""
    m = scores(np.array([1.2, 3.0, 10.0, 0.5, 8.0]), np.array([1.0, 4.0, 7.0, 1.0, 8.0]))
    assert m.mdsa == pytest.approx(33.33333333, rel=1e-6)
    assert m.sspb == pytest.approx(0.0, abs=1e-6)
    assert m.log_mae == pytest.approx(1.355221827, rel=1e-6)
    assert m.log_bias == pytest.approx(0.9154252657, rel=1e-6)


def test_vector_f1_kappa() -> None:
    found = class_scores(tp=90, fp=10, fn=5, tn=95)
    assert found.f1 == pytest.approx(0.9230769231, rel=1e-6)
    assert found.iou == pytest.approx(0.8571428571, rel=1e-6)
    assert found.kappa == pytest.approx(0.85, rel=1e-6)


def test_classes_without_members_have_no_score() -> None:
    assert class_scores(0, 0, 0, 7).f1 is None
    assert class_scores(5, 0, 0, 0).kappa is None
    assert class_scores(0, 3, 2, 0).f1 == 0.0


@given(pairs, positive)
def test_units_do_not_matter(pair: Floats, factor: float) -> None:
    e, o = pair
    one, other = scores(e, o), scores(e * factor, o * factor)
    assert one.mdsa == pytest.approx(other.mdsa, rel=1e-6, abs=1e-6)
    assert one.rmsle == pytest.approx(other.rmsle, rel=1e-6, abs=1e-9)
    assert one.mape == pytest.approx(other.mape, rel=1e-6, abs=1e-6)


@given(pairs)
def test_twice_and_half_are_equally_wrong(pair: Floats) -> None:
    e, o = pair
    there, back = scores(e, o), scores(o, e)
    assert there.mdsa == pytest.approx(back.mdsa, rel=1e-9)
    assert there.sspb == pytest.approx(-back.sspb, rel=1e-9, abs=1e-9)
    assert there.log_bias == pytest.approx(1 / back.log_bias, rel=1e-9)


@given(st.lists(positive, min_size=2, max_size=30), st.floats(0.1, 10))
def test_a_common_factor_is_all_bias(observed: list[float], factor: float) -> None:
    o = np.array(observed)
    m = scores(o * factor, o)
    wrong = 100 * (max(factor, 1 / factor) - 1)
    assert m.mdsa == pytest.approx(wrong, rel=1e-6, abs=1e-6)
    assert m.sspb == pytest.approx(math.copysign(wrong, factor - 1), rel=1e-6, abs=1e-6)
    assert m.log_bias == pytest.approx(factor, rel=1e-6)
    assert m.rmsle == pytest.approx(abs(math.log10(factor)), rel=1e-6, abs=1e-9)
    assert m.r is None or m.r == pytest.approx(1.0)


@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(pair: Floats, random: Random) -> None:
    e, o = pair
    turn = list(range(e.size))
    random.shuffle(turn)
    one, other = scores(e, o), scores(e[turn], o[turn])
    assert (one.mdsa, one.mdsa_low, one.mdsa_high) == (other.mdsa, other.mdsa_low, other.mdsa_high)
    assert one.rmsle == pytest.approx(other.rmsle)


@given(pairs)
def test_ranges(pair: Floats) -> None:
    e, o = pair
    m = scores(e, o)
    assert m.mdsa >= 0 and m.rmsle >= 0 and m.log_mae >= 1 - 1e-12
    assert abs(m.sspb) <= m.mdsa + 1e-6 or e.size % 2 == 0
    assert m.r is None or -1 <= m.r <= 1
    if m.mdsa_low is not None and m.mdsa_high is not None:
        q = np.abs(log_ratio(e, o))
        assert 100 * math.expm1(q.min()) - 1e-9 <= m.mdsa_low <= m.mdsa_high <= 100 * math.expm1(q.max()) + 1e-6


def test_the_interval_is_seeded_and_holds_the_truth_of_many_draws() -> None:
    draw = np.random.default_rng(5)
    q = draw.normal(0.2, 0.4, 60)
    assert interval(q) == interval(q)
    assert interval(q) != interval(q, seed=1)
    truth = 100 * math.expm1(np.median(np.abs(draw.normal(0.2, 0.4, 400_000))))
    held = 0
    for _ in range(60):
        low, high = interval(draw.normal(0.2, 0.4, 60), 200)
        assert low is not None and high is not None
        held += low <= truth <= high
    assert held >= 51


@given(st.lists(positive, min_size=1, max_size=30))
def test_the_constant_guess_has_no_bias_in_logarithms(observed: list[float]) -> None:
    o = np.array(observed)
    guess = constant_guess(o)
    m = scores(np.full(o.size, guess), o)
    assert m.log_bias == pytest.approx(1.0)
    assert m.r is None
    other = scores(np.full(o.size, guess * 1.5), o)
    assert other.rmsle >= m.rmsle


def test_what_has_no_logarithm_is_told_apart() -> None:
    e, o = np.array([1.0, -1.0, 0.0, np.nan, np.inf, 2.0]), np.array([1.0, 1.0, 1.0, 1.0, 1.0, -2.0])
    assert comparable(e, o).tolist() == [True, False, False, False, False, False]
    with pytest.raises(ValueError, match="positive"):
        measure(e, o)
    with pytest.raises(ValueError, match="positive"):
        constant_guess([])
    assert measure([], []) is None


def test_small_numbers_of_pairs() -> None:
    one = measure([2.0], [1.0])
    assert one is not None and (one.mdsa_low, one.mdsa_high, one.r) == (None, None, None)
    assert measure([2.0, 3.0], [1.0, 3.0], 0).mdsa_low is None  # type: ignore[union-attr]
    assert r_of_logs([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]) is None
    assert mdsa(np.array([0.0, 0.0])) == 0.0 and sspb(np.array([0.0])) == 0.0
