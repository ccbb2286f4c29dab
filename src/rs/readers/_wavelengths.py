"""Effective centres of bands [nm] by platform (spectral response weighted by the sun; Coddington et al. 2021)."""

from __future__ import annotations

from rs.core.bands import Band

_MSI = (
    Band.COASTAL, Band.BLUE, Band.GREEN, Band.RED, Band.REDEDGE071, Band.REDEDGE075, Band.REDEDGE078, Band.NIR,
    Band.NIR08, Band.SWIR16, Band.SWIR22,
)  # fmt: skip
_OLI = (Band.COASTAL, Band.BLUE, Band.GREEN, Band.RED, Band.NIR08, Band.SWIR16, Band.SWIR22)
_TM = _OLI[1:]

_S2A = (442.7, 492.4, 559.9, 664.6, 704.1, 740.5, 782.8, 832.8, 864.7, 1613.7, 2202.4)
_S2B = (442.2, 492.1, 558.9, 664.9, 703.8, 739.1, 779.7, 832.9, 864.0, 1610.4, 2185.7)
_L8 = (443.0, 482.6, 561.3, 654.6, 864.6, 1609.1, 2201.2)
_L7 = (478.7, 561.0, 661.4, 834.6, 1650.3, 2208.1)
_L5 = (486.0, 571.2, 659.8, 839.3, 1677.6, 2217.0)


def _table(bands: tuple[Band, ...], centres: tuple[float, ...]) -> dict[str, float]:
    return {band.value: centre for band, centre in zip(bands, centres, strict=True)}


WAVELENGTHS: dict[str, dict[str, float]] = {
    "sentinel-2a": _table(_MSI, _S2A),
    "sentinel-2b": _table(_MSI, _S2B),
    "sentinel-2c": _table(_MSI, _S2B),
    "landsat-4": _table(_TM, _L5),
    "landsat-5": _table(_TM, _L5),
    "landsat-7": _table(_TM, _L7),
    "landsat-8": _table(_OLI, _L8),
    "landsat-9": _table(_OLI, _L8),
}
"""Landsat 9 has the filters of Landsat 8, Sentinel-2C those of 2B within 1 nm; the edges of the bands of TM on
Landsat 4 and 5 differ by up to 2 nm (Chander et al. 2009)."""
