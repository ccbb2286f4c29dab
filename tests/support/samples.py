"""What each sample scene can give: the recipe of each product, from the bands that the scene holds."""

from __future__ import annotations

from landsat import LC08, LC09

VISIBLE = {name: name for name in ("evi", "evi2", "ndvi", "savi", "vegetation_cover", "water_extent")}
"""Blue, green, red and one near-infrared band are enough; nothing of water-leaving reflectance, which takes 2.2 um."""

REFLECTIVE = {**VISIBLE, **{name: name for name in ("bsi", "floating_algae", "nbr", "ndbi", "ndmi", "secchi_depth")}}
"""Both shortwave-infrared bands beside them."""

PARANA = {
    **REFLECTIVE,
    "chlorophyll": "chlorophyll",
    "kd490": "kd490_overhead_sun",  # the item states no angles
    "ndci": "ndci",
    "suspended_matter": "suspended_matter",
    "trophic_state": "trophic_state",
    "turbidity": "turbidity",
    "water_colour": "water_colour_5",
}
"""All bands of Sentinel-2 from coastal to 2.2 um; none is thermal."""

MANAUS = {
    **REFLECTIVE,
    "kd490": "kd490",
    "suspended_matter": "suspended_matter",
    "turbidity": "turbidity_red",
}
"""Landsat 9 from blue on: without coastal no colour, and no chlorophyll, whose OC2 is of Landsat 5 and 7 only."""

SAMPLES = {
    "S2A_33TWM_20230815_0_L2A": VISIBLE,
    "S2A_33TWM_20230818_0_L2A": VISIBLE,
    "S2_bolzano_2023": VISIBLE,
    "S2_parana_20230511": PARANA,
    LC09: MANAUS,
    # the temperature is held and its uncertainty is not
    LC08: {**MANAUS, "chlorophyll": "chlorophyll_oc3", "water_colour": "water_colour_4"},
}
