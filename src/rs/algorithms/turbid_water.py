"""Reflectance of turbid water to concentrations."""

from __future__ import annotations

from rs.core.pixel import pixelfunc


@pixelfunc
def nechad(rho_w: float, a: float, c: float) -> float:
    """a * rho_w / (1 - rho_w / c) in the unit of `a`, from water-leaving reflectance rho_w [1].

    Nechad et al. (2009, 2010). NaN for rho_w >= c, where the reflectance saturates.
    """
    if rho_w >= c:
        return float("nan")
    return a * rho_w / (1.0 - rho_w / c)
