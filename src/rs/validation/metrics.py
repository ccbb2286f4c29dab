"""Measures of agreement between estimates and observations, for quantities that spread over decades.

MdSA, SSPB: Morley et al. 2018, https://doi.org/10.1002/2017SW001669. Mean error and bias of
logarithms: Seegers et al. 2018, https://doi.org/10.1364/OE.26.007404.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

RESAMPLES = 2000
SEED = 20180101
LEAST_FOR_R = 3


@dataclass(frozen=True, slots=True)
class Metrics:
    """Agreement of n pairs. None where it is not defined (an interval of one pair, r of a constant).

    mdsa, sspb, mape [%]; mdsa_low, mdsa_high: bounds that hold 95 % of resamples [%]; log_mae,
    log_bias: factors [1], 1 is perfect; rmsle: decades; r: correlation of logarithms [1].
    """

    n: int
    mdsa: float
    mdsa_low: float | None
    mdsa_high: float | None
    sspb: float
    log_mae: float
    log_bias: float
    mape: float
    rmsle: float
    r: float | None


def measure(estimated: ArrayLike, observed: ArrayLike, resamples: int = RESAMPLES) -> Metrics | None:
    """Agreement of pairs [n] in a common unit; None without pairs. resamples: 0 leaves the interval out.

    Raises ValueError where a value is not a positive number: `comparable` tells which are.
    """
    q = log_ratio(estimated, observed)
    if not q.size:
        return None
    low, high = interval(q, resamples)
    e, o = np.asarray(estimated, np.float64), np.asarray(observed, np.float64)
    return Metrics(
        int(q.size), mdsa(q), low, high, sspb(q), float(np.exp(np.abs(q).mean())), float(np.exp(q.mean())),
        float(100.0 * np.mean(np.abs(e - o) / o)), float(np.sqrt(np.mean((q / np.log(10.0)) ** 2))), r_of_logs(e, o),
    )  # fmt: skip


def comparable(estimated: ArrayLike, observed: ArrayLike) -> NDArray[np.bool_]:
    """Where [n] both values are positive numbers, so that their ratio has a logarithm."""
    e, o = np.asarray(estimated, np.float64), np.asarray(observed, np.float64)
    good: NDArray[np.bool_] = np.isfinite(e) & np.isfinite(o) & (e > 0) & (o > 0)
    return good


def log_ratio(estimated: ArrayLike, observed: ArrayLike) -> Floats:
    """ln(estimated / observed) [n]. Raises ValueError where a value is not a positive number."""
    if not comparable(estimated, observed).all():
        raise ValueError("only positive numbers have a logarithm")
    result: Floats = np.log(np.asarray(estimated, np.float64)) - np.log(np.asarray(observed, np.float64))
    return result


def mdsa(q: Floats) -> float:
    """Median symmetric accuracy [%] of log ratios [n]: half of the estimates are off by less."""
    return float(100.0 * np.expm1(np.median(np.abs(q))))


def sspb(q: Floats) -> float:
    """Symmetric signed percentage bias [%] of log ratios [n]: positive where estimates are high."""
    middle = float(np.median(q))
    return float(100.0 * np.sign(middle) * np.expm1(abs(middle)))


def interval(q: Floats, resamples: int = RESAMPLES, seed: int = SEED) -> tuple[float | None, float | None]:
    """Bounds [%] that hold the MdSA of 95 % of resamples of the log ratios [n]; the same at each call."""
    if q.size < 2 or resamples < 1:
        return None, None
    # a resample of sorted values does not depend on the order of the rows
    values = np.sort(np.abs(q))
    draw = np.random.default_rng(seed)
    medians = [np.median(values[draw.integers(0, q.size, q.size)]) for _ in range(resamples)]
    low, high = np.percentile(medians, (2.5, 97.5))
    return float(100.0 * np.expm1(low)), float(100.0 * np.expm1(high))


def r_of_logs(estimated: ArrayLike, observed: ArrayLike) -> float | None:
    """Pearson correlation of the logarithms of positive values [n]; None below 3 pairs or without spread."""
    x, y = np.log(np.asarray(observed, np.float64)), np.log(np.asarray(estimated, np.float64))
    if x.size < LEAST_FOR_R:
        return None
    x, y = x - x.mean(), y - y.mean()
    size = float(np.sqrt((x * x).sum() * (y * y).sum()))
    tiny = 1e-12 * x.size
    if float((x * x).sum()) <= tiny or float((y * y).sum()) <= tiny:
        return None
    return float(np.clip((x * y).sum() / size, -1.0, 1.0))


def constant_guess(observed: ArrayLike) -> float:
    """Geometric mean of positive observations [n]: the best guess of who sees no scene. Raises ValueError if empty."""
    values = np.asarray(observed, np.float64)
    if not values.size or not (np.isfinite(values) & (values > 0)).all():
        raise ValueError("a geometric mean needs positive numbers")
    return float(np.exp(np.log(values).mean()))


@dataclass(frozen=True, slots=True)
class ClassScores:
    """Agreement of a class map with truth [1]: F1, intersection over union, Cohen's kappa. None: not defined."""

    f1: float | None
    iou: float | None
    kappa: float | None


def class_scores(tp: int, fp: int, fn: int, tn: int) -> ClassScores:
    """Scores of a class from pixels found right, found wrong, missed, and rightly left out."""
    total = tp + fp + fn + tn
    union = tp + fp + fn
    if not union:
        return ClassScores(None, None, None)
    by_chance = ((tp + fp) * (tp + fn) + (fn + tn) * (fp + tn)) / total**2
    agreed = (tp + tn) / total
    kappa = (agreed - by_chance) / (1.0 - by_chance) if by_chance < 1.0 else None
    return ClassScores(2.0 * tp / (2.0 * tp + fp + fn), tp / union, kappa)
