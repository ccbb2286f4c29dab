"""Tables of spectra: the compiled recipe runs on the rows, with the correction that they were given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rs.core.product import Product
from rs.core.scene import Platform
from rs.errors import UsageError
from rs.validation import engine
from rs.validation.matchups import Observation
from rs.validation.rows import Row


def rows_of_spectra(product: Product, observations: Sequence[Observation]) -> list[Row]:
    """One row an observation. Rows whose platform or bands no recipe covers say so and have no estimate.

    Raises UsageError where the product is not made from water-leaving reflectance.
    """
    if not engine.takes_spectra(product):
        raise UsageError(
            f"{product.name} is made from {product.reflectance.value} reflectance and the table holds water-leaving",
            remedy="Compare it at points, with --scenes",
        )
    platforms = engine.known_platforms()
    rows: dict[int, Row] = {}
    for members in _alike(observations).values():
        made = _rows(product, [observations[k] for k in members], platforms)
        rows.update(zip(members, made, strict=True))
    return [rows[k] for k in range(len(observations))]


def _alike(observations: Sequence[Observation]) -> dict[tuple[object, ...], list[int]]:
    """Indices of observations that one bound recipe serves: platform, bands and sun are the same."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for k, one in enumerate(observations):
        groups.setdefault((one.platform, frozenset(one.spectrum), one.sun_zenith), []).append(k)
    return groups


def _rows(product: Product, group: Sequence[Observation], platforms: dict[str, Platform]) -> list[Row]:
    first = group[0]
    # a platform that no reader knows still serves recipes that bring their own coefficients or need none
    platform = platforms.get(first.platform, Platform(first.platform or "an unstated platform", ""))
    bound = engine.as_given(product, platform, frozenset(first.spectrum), first.sun_zenith)
    if isinstance(bound, str):
        return [Row(one, None, bound, platform=one.platform) for one in group]
    bands = [np.array([one.spectrum[band] for one in group]) for band in bound.recipe.bands]
    result = engine.estimate(bound, bands)
    return [
        Row(
            one, float(result.values[k]) if np.isfinite(result.values[k]) else None, result.reason(k),
            bound.recipe.name, result.flag_names(k), one.platform,
        ) for k, one in enumerate(group)
    ]  # fmt: skip
