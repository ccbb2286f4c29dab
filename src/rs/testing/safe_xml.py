"""The XML documents of a Sentinel-2 product."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from rs.testing.safe_names import Names
from rs.testing.spec import MSI, QUANTIFICATION, SafeSpec

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
SCL_NAMES = (
    "NODATA", "SATURATED_DEFECTIVE", "DARK_FEATURE_SHADOW", "CLOUD_SHADOW", "VEGETATION", "NOT_VEGETATED", "WATER",
    "UNCLASSIFIED", "CLOUD_MEDIUM_PROBA", "CLOUD_HIGH_PROBA", "THIN_CIRRUS", "SNOW_ICE",
)  # fmt: skip


def tag(name: str, inside: str | float, **attributes: object) -> str:
    """An element; text is taken as it is, numbers are written out."""
    stated = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    return f"<{name}{stated}>{inside}</{name}>\n"


def iso(time: datetime) -> str:
    """A time as the documents have it."""
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z"


def product_xml(spec: SafeSpec, images: Iterable[str], outline: Iterable[tuple[float, float]], cloudy: float) -> str:
    """The product metadata. images: paths without suffix; outline: longitude and latitude; cloudy [%]."""
    names = Names(spec)
    general = _product_info(spec, names, images) + _characteristics(spec)
    positions = " ".join(f"{lat!r} {lon!r}" for lon, lat in outline)
    corners = tag("Global_Footprint", tag("EXT_POS_LIST", f"{positions} "))
    footprint = tag("Product_Footprint", tag("Product_Footprint", corners))
    quality = tag("Cloud_Coverage_Assessment", f"{cloudy:.6f}") + tag(
        "Technical_Quality_Assessment",
        tag("DEGRADED_ANC_DATA_PERCENTAGE", "0.0") + tag("DEGRADED_MSI_DATA_PERCENTAGE", "0"),
    )
    level = f"Level-{spec.level[1:]}"
    name = f"n1:{level}_User_Product"
    place = f"https://psd-14.sentinel2.eo.esa.int/PSD/User_Product_{level}.xsd"
    return (
        f'{HEAD}<{name} xmlns:n1="{place}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{place}">\n'
        + tag("n1:General_Info", general)
        + tag("n1:Geometric_Info", footprint)
        + tag("n1:Quality_Indicators_Info", quality)
        + f"</{name}>\n"
    )


def _product_info(spec: SafeSpec, names: Names, images: Iterable[str]) -> str:
    old, second = names.old, names.old and spec.level == "L2A"
    listed = "IMAGE_FILE" if not old else "IMAGE_ID_2A" if second else "IMAGE_ID"
    files = "".join(tag(listed, image.rsplit("/", 1)[-1] if old else image) for image in images)
    granule = tag(
        "Granules" if old else "Granule", files, datastripIdentifier=names.datastrip_id,
        granuleIdentifier=names.tile_id, imageFormat="JPEG2000",
    )  # fmt: skip
    taken = tag(
        "Datatake",
        tag("SPACECRAFT_NAME", f"Sentinel-{spec.ship[1:]}")
        + tag("DATATAKE_TYPE", "INS-NOBS")
        + tag("DATATAKE_SENSING_START", iso(spec.datatake))
        + tag("SENSING_ORBIT_NUMBER", spec.relative_orbit)
        + tag("SENSING_ORBIT_DIRECTION", "DESCENDING"),
        datatakeIdentifier=f"G{spec.ship}_{spec.datatake:%Y%m%dT%H%M%S}_{spec.absolute_orbit:06d}_N{spec.baseline}",
    )
    first = "L2A_" if second else ""
    return tag(
        f"{first}Product_Info",
        tag("PRODUCT_START_TIME", iso(spec.datatake))
        + tag("PRODUCT_STOP_TIME", iso(spec.datatake))
        + tag("PRODUCT_URI_2A" if second else "PRODUCT_URI", f"{names.product}.SAFE")
        + tag("PROCESSING_LEVEL", f"Level-{spec.level[1:]}{'p' if second else ''}")
        + tag("PRODUCT_TYPE", f"S2MSI{spec.level[1:]}{'p' if second else ''}")
        + tag("PROCESSING_BASELINE", spec.baseline)
        + tag("GENERATION_TIME", iso(spec.generated))
        + taken
        + _query(old)
        + tag(f"{first}Product_Organisation", tag("Granule_List", granule)),
    )


def _query(old: bool) -> str:
    if not old:
        return tag("Query_Options", tag("PRODUCT_FORMAT", "SAFE_COMPACT"), completeSingleTile="true")
    bands = "".join(tag("BAND_NAME", band.physical) for band in MSI.values())
    return tag("Query_Options", tag("Band_List", bands) + tag("PRODUCT_FORMAT", "SAFE"))


def _characteristics(spec: SafeSpec) -> str:
    first = "L2A_" if spec.layout == "old" and spec.level == "L2A" else ""
    special = "".join(
        tag("Special_Values", tag("SPECIAL_VALUE_TEXT", text) + tag("SPECIAL_VALUE_INDEX", count))
        for text, count in (("NODATA", 0), ("SATURATED", 65535))
    )
    if spec.level == "L1C":
        scale = tag("QUANTIFICATION_VALUE", QUANTIFICATION, unit="none")
    else:
        values = tag(f"{first}BOA_QUANTIFICATION_VALUE", QUANTIFICATION, unit="none")
        values += tag(f"{first}AOT_QUANTIFICATION_VALUE", "1000.0", unit="none")
        values += tag(f"{first}WVP_QUANTIFICATION_VALUE", "1000.0", unit="cm")
        scale = tag("L1C_L2A_Quantification_Values_List" if first else "QUANTIFICATION_VALUES_LIST", values)
    return tag(
        f"{first}Product_Image_Characteristics", special + scale + _offsets(spec) + _spectra() + _classes(spec, first)
    )


def _offsets(spec: SafeSpec) -> str:
    if not spec.states_offset:
        return ""
    name, around = ("RADIO_ADD_OFFSET", "Radiometric_Offset_List")
    if spec.level == "L2A":
        name, around = "BOA_ADD_OFFSET", "BOA_ADD_OFFSET_VALUES_LIST"
    return tag(around, "".join(tag(name, spec.counts_offset, band_id=band.number) for band in MSI.values()))


def _spectra() -> str:
    light = "".join(
        tag("SOLAR_IRRADIANCE", band.irradiance, bandId=band.number, unit="W/m²/µm") for band in MSI.values()
    )
    spectra = "".join(
        tag(
            "Spectral_Information",
            tag("RESOLUTION", band.pixel)
            + tag(
                "Wavelength",
                tag("MIN", band.low, unit="nm") + tag("MAX", band.high, unit="nm")
                + tag("CENTRAL", band.centre, unit="nm"),
            ),
            bandId=band.number, physicalBand=band.physical,
        )
        for band in MSI.values()
    )  # fmt: skip
    conversion = tag("U", "0.983841990384341") + tag("Solar_Irradiance_List", light)
    return tag("Reflectance_Conversion", conversion) + tag("Spectral_Information_List", spectra)


def _classes(spec: SafeSpec, first: str) -> str:
    if spec.level == "L1C":
        return ""
    listed = "".join(
        tag(
            f"{first}Scene_Classification_ID",
            tag(f"{first}SCENE_CLASSIFICATION_TEXT", f"SC_{name}") + tag(f"{first}SCENE_CLASSIFICATION_INDEX", number),
        )
        for number, name in enumerate(SCL_NAMES)
    )
    return tag(f"{first}Scene_Classification_List", listed)


def manifest_xml(spec: SafeSpec, files: Iterable[tuple[str, str, int, str, str]]) -> str:
    """The manifest. files: identifier, path, size [bytes], name of the checksum, checksum."""
    objects = "".join(
        f'<dataObject ID="{identifier}"><byteStream mimeType="application/octet-stream" size="{size}">'
        f'<fileLocation locatorType="URL" href="./{escape(path)}"/>'
        + tag("checksum", checksum, checksumName=algorithm)
        + "</byteStream></dataObject>\n"
        for identifier, path, size, algorithm, checksum in files
    )
    kind = spec.level.lower()
    return (
        f'{HEAD}<xfdu:XFDU xmlns:xfdu="urn:ccsds:schema:xfdu:1"'
        f' version="esa/safe/sentinel/1.1/sentinel-2/msi/archive_{kind}_user_product">\n'
        + tag("dataObjectSection", objects)
        + "</xfdu:XFDU>\n"
    )
