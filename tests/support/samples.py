"""What each sample scene can give: the recipe of each product, from the bands that the scene holds."""

from __future__ import annotations

from landsat import LC08, LC09

WIDE = dict.fromkeys(("evi", "evi2", "ndvi", "savi", "vegetation_cover"), "wide_nir")
NARROW = dict.fromkeys(WIDE, "narrow_nir")
SHORTWAVE = {"nbr": "narrow_nir", "ndbi": "narrow_nir", "ndmi": "narrow_nir", "floating_algae": "fai_fixed"}

VISIBLE = {**WIDE, "water_extent": "ndwi_wide_nir"}
"""Blue, green, red and one near-infrared band are enough; nothing of water-leaving reflectance, which takes 2.2 um."""

PARANA = {
    **WIDE,
    **SHORTWAVE,
    "bsi": "wide_nir",
    "chlorophyll": "smith2018",
    "kd490": "kd2_lee2013_overhead_sun",  # the item states no angles
    "ndci": "mishra2012",
    "secchi_depth": "p3qaa",
    "suspended_matter": "novoa2017",
    "trophic_state": "tli_chl_sd",
    "turbidity": "dogliotti2015",
    "water_colour": "five_bands",
    "water_extent": "mndwi",
}
"""All bands of Sentinel-2 from coastal to 2.2 um; none is thermal."""

MANAUS = {
    **NARROW,
    **SHORTWAVE,
    "bsi": "narrow_nir",
    "kd490": "kd2_lee2013",
    "secchi_depth": "p3qaa",
    "suspended_matter": "novoa2017",
    "turbidity": "nechad2009_red",
    "water_extent": "mndwi",
}
"""Landsat 9 from blue on: without coastal no colour, and no chlorophyll, whose OC2 is of Landsat 5 and 7 only."""

SAMPLES = {
    "S2A_33TWM_20230815_0_L2A": VISIBLE,
    "S2A_33TWM_20230818_0_L2A": VISIBLE,
    "S2_bolzano_2023": VISIBLE,
    "S2_parana_20230511": PARANA,
    LC09: MANAUS,
    # the temperature is held and its uncertainty is not
    LC08: {**MANAUS, "chlorophyll": "oc3", "water_colour": "four_bands"},
}
