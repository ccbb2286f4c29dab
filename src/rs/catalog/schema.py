"""Names of the STAC extensions that are written, and validation without a network."""

from __future__ import annotations

from functools import cache
from typing import Any

from rs.errors import CheckFailed

BASE = "https://stac-extensions.github.io"
PROJECTION = f"{BASE}/projection/v2.0.0/schema.json"
RASTER = f"{BASE}/raster/v2.0.0/schema.json"
EO = f"{BASE}/eo/v2.0.0/schema.json"
FILE = f"{BASE}/file/v2.1.0/schema.json"
PROCESSING = f"{BASE}/processing/v1.2.0/schema.json"
VIEW = f"{BASE}/view/v1.1.0/schema.json"
SAT = f"{BASE}/sat/v1.2.0/schema.json"
GRID = f"{BASE}/grid/v1.1.0/schema.json"
CLASSIFICATION = f"{BASE}/classification/v1.1.0/schema.json"
VERSION = f"{BASE}/version/v1.2.0/schema.json"
PRODUCT = f"{BASE}/product/v1.0.0/schema.json"
SCIENTIFIC = f"{BASE}/scientific/v1.0.0/schema.json"


@cache
def _validator() -> Any:
    from pystac.validation.stac_validator import JsonSchemaSTACValidator

    return JsonSchemaSTACValidator()


def load() -> None:
    """Load what `check_core` needs, ahead of the first item."""
    _validator()


def check_core(body: dict[str, Any], where: str) -> None:
    """Validate against the core STAC schema, which needs no network. Raises CheckFailed."""
    from pystac import STACObjectType
    from pystac.errors import STACValidationError

    kinds = {"Feature": STACObjectType.ITEM, "Collection": STACObjectType.COLLECTION, "Catalog": STACObjectType.CATALOG}
    try:
        _validator().validate_core(body, kinds[body["type"]], body["stac_version"], where)
    except STACValidationError as error:
        raise CheckFailed(f"is not valid STAC ({error})", where=where, remedy="This is a defect: report it") from error
