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


KINDS = {"Feature": "item", "Collection": "collection", "Catalog": "catalog"}


@cache
def _validators() -> dict[str, Any]:
    """A validator for each core schema, by its URI; made once: to make one takes three times as long as to use it."""
    from jsonschema.validators import validator_for
    from pystac.validation.local_validator import get_local_schema_cache
    from referencing import Registry, Resource

    schemas = get_local_schema_cache()
    registry: Any = Registry().with_resources((uri, Resource.from_contents(body)) for uri, body in schemas.items())
    return {uri: validator_for(body)(body, registry=registry) for uri, body in schemas.items()}


def load() -> None:
    """Load what `check_core` needs, ahead of the first item."""
    _validators()


def check_core(body: dict[str, Any], where: str) -> None:
    """Validate against the core STAC schema, which needs no network. Raises CheckFailed."""
    from jsonschema.exceptions import best_match

    name = KINDS[body["type"]]
    uri = f"https://schemas.stacspec.org/v{body['stac_version']}/{name}-spec/json-schema/{name}.json"
    if uri not in _validators():
        raise CheckFailed(f"is of STAC version {body['stac_version']}, which is not written here", where=where)
    worst = best_match(_validators()[uri].iter_errors(body))
    if worst is not None:
        raise CheckFailed(
            f"is not valid STAC ({worst.json_path}: {worst.message})", where=where,
            remedy="This is a defect: report it",
        )  # fmt: skip
