"""The report of a validation: scores of subsets with the constant guess beside each, and every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.core.product import Flag, Maturity, Product
from rs.validation.metrics import Metrics, comparable, constant_guess, measure
from rs.validation.rows import Row, Sampling

NOT_POSITIVE = "not a positive number"


@dataclass(frozen=True, slots=True)
class Score:
    """Agreement of a subset of rows: `used` of `observed`, the constant guess on the same rows beside it.

    guess: geometric mean of the used observations [unit]. constant: that guess on the used rows, which
    is the fair comparison; constant_observed: the geometric mean of all observations on all of them,
    as published baselines have it. dropped: rows without a comparable pair, by reason.
    """

    subset: str
    group: str
    used: int
    observed: int
    product: Metrics | None
    guess: float | None
    constant: Metrics | None
    constant_observed: Metrics | None
    dropped: dict[str, int]

    @property
    def beats_constant(self) -> bool | None:
        """Whether the product's MdSA is below that of the constant guess; None where nothing was compared."""
        if self.product is None or self.constant is None:
            return None
        return self.product.mdsa < self.constant.mdsa


@dataclass(frozen=True, slots=True)
class Report:
    """What a comparison found. line: "chain" (pixels of scenes) or "formula" (spectra as given).

    scores: subset "all" first, then "unflagged" where any row is flagged; within each the whole
    (group "") first, then by group (day of a chain, platform of a formula).
    """

    product: str
    version: str
    unit: str
    title: str
    line: str
    matchups: str
    matchups_sha256: str
    correction: str
    sampling: Sampling | None
    notes: tuple[str, ...]
    scores: tuple[Score, ...]
    rows: tuple[Row, ...]

    def score(self, subset: str = "all", group: str = "") -> Score:
        """One score. Raises KeyError where there is none."""
        for score in self.scores:
            if (score.subset, score.group) == (subset, group):
                return score
        raise KeyError((subset, group))

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without NaN."""
        body = asdict(self)
        body["scores"] = [{**asdict(s), "beats_constant": s.beats_constant} for s in self.scores]
        body["rows"] = [_row(row) for row in self.rows]
        return body


def _row(row: Row) -> dict[str, Any]:
    one = row.observation
    return {
        "id": one.id, "day": one.day, "lon": one.lon, "lat": one.lat, "platform": row.platform or one.platform,
        "observed": one.value, "estimate": row.estimate, "reason": row.reason, "recipe": row.recipe,
        "flags": list(row.flags), "flagged": row.flagged,
        "window": asdict(row.window) if row.window else None,
    }  # fmt: skip


def scores_of(rows: Sequence[Row], groups: Sequence[str]) -> tuple[Score, ...]:
    """Scores of all rows and of the unflagged ones, whole and by group; groups: one name a row."""
    names = list(dict.fromkeys(sorted(groups)))
    subsets = [("all", [True] * len(rows))]
    if any(row.flagged for row in rows):
        subsets.append(("unflagged", [not row.flagged for row in rows]))
    scores = []
    for subset, keep in subsets:
        scores.append(_score(subset, "", rows, keep))
        for name in names if len(names) > 1 and scores[-1].used else []:
            mine = [k for k, group in enumerate(groups) if group == name]
            scores.append(_score(subset, name, [rows[k] for k in mine], [keep[k] for k in mine]))
    return tuple(scores)


def _score(subset: str, group: str, rows: Sequence[Row], keep: Sequence[bool]) -> Score:
    observed = np.array([row.observation.value for row in rows], np.float64)
    estimated = np.array([np.nan if row.estimate is None else row.estimate for row in rows], np.float64)
    good = comparable(estimated, observed)
    dropped: dict[str, int] = {}
    for row, fine, kept in zip(rows, good, keep, strict=True):
        if not (fine and kept):
            reason = (row.reason or NOT_POSITIVE) if not fine else "flagged"
            dropped[reason] = dropped.get(reason, 0) + 1
    good &= np.array(keep, bool)
    guess = constant_guess(observed[good]) if good.any() else None
    return Score(
        subset, group, int(good.sum()), len(rows), measure(estimated[good], observed[good]), guess,
        _constant(observed[good]), _constant(observed[observed > 0]), dropped,
    )  # fmt: skip


def _constant(observed: NDArray[np.float64]) -> Metrics | None:
    return measure(np.full(observed.size, constant_guess(observed)), observed, 0) if observed.size else None


def undeclared(product: Product, reports: Sequence[Report]) -> list[str]:
    """Where a product does no better than a constant guess and does not say so; empty where all is well.

    A product says so by maturity "experimental", or by bearing the flag low_confidence on every row
    that was compared.
    """
    found = []
    for report in reports:
        score = report.score()
        if score.beats_constant is None or score.beats_constant or declared_low(product, report):
            continue
        assert score.product is not None and score.constant is not None
        found.append(
            f"{product.name} on {report.title} ({report.line}, {score.used} of {score.observed}): MdSA"
            f" {score.product.mdsa:.0f} % against {score.constant.mdsa:.0f} % of a constant, and neither is it"
            " experimental nor are its values flagged low_confidence"
        )
    return found


def declared_low(product: Product, report: Report) -> bool:
    """Whether the product itself says that its values on these rows deserve little trust."""
    flags = [row.flags for row in report.rows if row.estimate is not None]
    return product.maturity is Maturity.EXPERIMENTAL or all(Flag.LOW_CONFIDENCE.value in names for names in flags)
