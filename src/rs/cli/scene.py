"""What a scene holds and what can be made of it."""

from __future__ import annotations

import os
from typing import Any

from rs.cli.settings import settings
from rs.core.composite import Composite
from rs.core.product import Product
from rs.core.result import Skipped
from rs.core.scene import Scene
from rs.errors import RsError
from rs.pipeline.choose import choose
from rs.pipeline.period_choose import choose_period
from rs.pipeline.prepare import prepare
from rs.pipeline.workers import workers
from rs.products import products
from rs.readers import reader_of


def examine(paths: list[str]) -> list[dict[str, Any]]:
    """One description a path, or {"path", "error"} where it can't be used."""
    found = []
    with workers(1, cache=settings().cache) as pool:
        for path, scene in pool.map(prepare, paths):
            if isinstance(scene, RsError):
                found.append({"path": path, "error": str(scene), "detail": scene.as_dict()})
            else:
                found.append(_describe(path, scene))
    return found


def _describe(path: str, scene: Scene) -> dict[str, Any]:
    reader = reader_of(path)
    angles, baseline = scene.angles, scene.baseline or "not stated"
    return {
        "id": scene.id,
        "path": scene.path,
        "reader": reader.name if reader else "",
        "platform": scene.platform.name,
        "time": _when(scene),
        "tile": scene.tile or "none stated",
        "reflectance": f"{scene.reflectance.value} ({scene.correction.value}), baseline {baseline}",
        "sun": "not stated" if angles.sun_zenith is None else f"zenith {angles.sun_zenith:.2f} deg",
        "quality": ", ".join(os.path.basename(q.asset.href) + f"#{q.asset.index}" for q in scene.quality)
        or "none held: the state of the sky is unsure",
        "licence": scene.licence + (f" ({scene.licence_url})" if scene.licence_url else ""),
        "attribution": scene.attribution,
        "bands": [
            {
                "band": band.value, "file": os.path.basename(a.href) + (f"#{a.index}" if a.index > 1 else ""),
                "size": f"{a.grid.shape.cols} x {a.grid.shape.rows}", "pixel": f"{a.grid.pixel_size:g}",
                "scale": a.scale, "offset": a.offset, "sha256": a.digest[:12],
            } for band, a in scene.assets.items()
        ],
        "missing": {band.value: why for band, why in scene.missing.items()},
        "notes": list(scene.notes),
        "products": [_product(scene, name) for name in products()],
    }  # fmt: skip


def _when(scene: Scene) -> str:
    time = scene.time
    if time.is_instant:
        return f"{time.start:%Y-%m-%d %H:%M:%S} UTC"
    return f"{time.start:%Y-%m-%d} .. {time.end:%Y-%m-%d} (UTC)"


def _product(scene: Scene, name: str) -> dict[str, Any]:
    product = products()[name]
    if product.composite is not None:
        return _composite(scene, product, product.composite)
    chosen = choose(scene, product)
    if isinstance(chosen, Skipped):
        return {"product": name, "possible": False, "how": f"no: {chosen.reason.removeprefix(name + ': ')}"}
    return {"product": name, "possible": True, "how": chosen.recipe.title, "slot": chosen.slot, "key": chosen.key}


def _composite(scene: Scene, product: Product, composite: Composite) -> dict[str, Any]:
    """A product of a period, of which the scene may be one date."""
    chosen = choose_period([scene], product)
    if isinstance(chosen, Skipped):
        return {
            "product": product.name,
            "possible": False,
            "how": f"no: {chosen.reason.removeprefix(product.name + ': ')}",
        }
    bands = ", ".join(band.value for band in chosen.bands)
    return {"product": product.name, "possible": True, "how": f"as one date of several. {composite.title} ({bands})"}
