"""Landsat folders that are cut short, changed or emptied: refused, with file and tag named."""

from __future__ import annotations

import pytest
from landsat import LC08, LC09, Copy, edit

from rs.errors import BadInput, MissingPart, RsError
from rs.readers import open_scene


@pytest.mark.parametrize("form", ["txt", "json", "xml"])
@pytest.mark.parametrize("share", [0.95, 0.5])
def test_an_mtl_cut_short_is_refused(copy: Copy, form: str, share: float) -> None:
    folder = copy(LC08)
    for path in folder.glob("*_MTL.*"):
        if path.suffix == f".{form}":
            path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
        else:
            path.unlink()
    with pytest.raises(BadInput) as caught:
        open_scene(str(folder))
    assert caught.value.where == str(folder / f"{LC08}_MTL.{form}")
    assert caught.value.remedy


@pytest.mark.parametrize(
    "pattern, text, kind, words",
    [
        (r" +REFLECTANCE_MULT_BAND_4 = .*\n", "", MissingPart, "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS/REFLECTANCE_MU"),
        (r" +SUN_ELEVATION = .*\n", "", MissingPart, "IMAGE_ATTRIBUTES/SUN_ELEVATION"),
        (r" +GROUP = PROJECTION_ATTRIBUTES\n", "", MissingPart, "group PROJECTION_ATTRIBUTES"),
        (r"LANDSAT_9", "LANDSAT_10", BadInput, "landsat-10 is not among landsat-4, landsat-5, landsat-7, landsat-8"),
        (r'PROCESSING_LEVEL = "L2SP"', 'PROCESSING_LEVEL = "L1TP"', BadInput, "L1TP"),
        (r"DATE_ACQUIRED = .*", "DATE_ACQUIRED = 2023-13-01", BadInput, "DATE_ACQUIRED"),
        (r'(FILE_NAME_BAND_4 = )".*"', r'\1"../B4.TIF"', BadInput, "leads out of the scene's folder"),
    ],
)
def test_tags_that_cannot_be_used_are_named(
    copy: Copy, pattern: str, text: str, kind: type[RsError], words: str
) -> None:
    folder = copy(LC09)
    edit(folder, pattern, text)
    with pytest.raises(kind, match=words) as caught:
        open_scene(str(folder))
    assert caught.value.where == str(folder / f"{LC09}_MTL.txt")


def test_a_folder_without_bands_is_refused(copy: Copy) -> None:
    folder = copy(LC09)
    for path in folder.glob("*.TIF"):
        path.unlink()
    with pytest.raises(MissingPart, match="none of the 9 band files"):
        open_scene(str(folder))
