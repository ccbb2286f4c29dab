"""What is known of the quality of an offer, and what is promised of it: checks with thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import Any

from rs.core.product import Layer, Maturity
from rs.errors import CheckFailed
from rs.exchange.facts import counted
from rs.exchange.published import Published


def quality(found: Published) -> dict[str, Any]:
    """Maturity, evidence, limits, and numbers over the items. Chinese wording is left to a person."""
    limits = dict.fromkeys(limit for one in found.items for limit in one.properties["rs:limits"])
    order = list(Maturity)
    weakest = min((Maturity(one.properties["rs:maturity"]) for one in found.items), key=order.index)
    return {
        "maturity": weakest.value,
        "evidence": {"en": list(found.collection["rs:evidence"]), "zh": []},
        "limits": {"en": list(limits), "zh": []},
        "cloud_state": counted(one.properties["rs:cloud_state"] for one in found.items),
        "items": len(found.items),
        "valid_fraction": _spread([one.properties["rs:valid_fraction"] for one in found.items]),
        "values": {layer.name: _seen(found, layer) for layer in found.layers if _statistics(found, layer)},
    }


def checks(found: Published) -> list[dict[str, Any]]:
    """The promises: {check, parameter, bound, threshold}, each of them true of the items now.

    The same checks are to run on delivered files. Publishing made sure of the first three and
    rs verify repeats them; the others are compared with the items here. Raises CheckFailed.
    """
    lowest = min(one.properties["rs:valid_fraction"] for one in found.items)
    return [
        _check("cog_valid", "errors", "at_most", 0),
        _check("stac_valid", "errors", "at_most", 0),
        _check("digest_equal", "mismatches", "at_most", 0),
        _check("valid_fraction", "rs:valid_fraction", "at_least", lowest),
        *(check for layer in found.layers for check in _value_checks(found, layer)),
    ]


def _value_checks(found: Published, layer: Layer) -> list[dict[str, Any]]:
    low, high = _stored_range(layer)
    for where, seen in _statistics(found, layer):
        if not low <= seen["minimum"] <= seen["maximum"] <= high:
            raise CheckFailed(
                f"layer {layer.name} goes from {seen['minimum']} to {seen['maximum']}, promised is {low} to {high}",
                where=where, remedy="This is a defect: report it",
            )  # fmt: skip
    if layer.classes:
        return [_check("class_values", layer.name, "one_of", [c.value for c in layer.classes])]
    return [
        _check("value_range", layer.name, "at_least", low),
        _check("value_range", layer.name, "at_most", high),
    ]


def _stored_range(layer: Layer) -> tuple[float, float]:
    """The valid range [unit] as counts can hold it: rounding moves a value by up to half a step."""
    low, high = (layer.value(layer.count(value)) for value in layer.valid)
    return float(f"{low:.10g}"), float(f"{high:.10g}")


def _check(check: str, parameter: str, bound: str, threshold: float | list[int]) -> dict[str, Any]:
    return {"check": check, "parameter": parameter, "bound": bound, "threshold": threshold}


def _statistics(found: Published, layer: Layer) -> list[tuple[str, Mapping[str, float]]]:
    """Statistics of a layer by item; an item without a valid pixel in it has none."""
    bands = [(one.entry.fact.item, one.item["assets"][layer.name]["bands"][0]) for one in found.items]
    return [(item, band["statistics"]) for item, band in bands if "statistics" in band]


def _seen(found: Published, layer: Layer) -> dict[str, Any]:
    seen = [statistics for _, statistics in _statistics(found, layer)]
    return {
        "minimum": min(one["minimum"] for one in seen), "maximum": max(one["maximum"] for one in seen),
        "unit": layer.unit, "pixels": sum(one["count"] for one in seen),
    }  # fmt: skip


def _spread(values: list[float]) -> dict[str, float]:
    return {"minimum": min(values), "median": round(median(values), 6), "maximum": max(values)}
