"""Site folders for tests: a site.toml, an inbox, and copies of a small scene under any identity."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

RIVER = "S2_parana_20230511"


def new_site(folder: Path, *lines: str) -> Path:
    """A site with an empty inbox; lines of its site.toml come after its name."""
    (folder / "inbox").mkdir(parents=True)
    (folder / "site.toml").write_text("\n".join(['name = "river"', *lines]), encoding="utf-8")
    return folder


def scene_copy(scenes: Path, target: Path, name: str = RIVER) -> Path:
    """A sample scene, copied to be changed."""
    return Path(shutil.copytree(scenes / name, target))


def change_item(folder: Path, **properties: Any) -> Path:
    """Change properties of a scene's item; `id` is the item's own."""
    path = folder / "item.json"
    body = json.loads(path.read_bytes())
    if "id" in properties:
        body["id"] = properties.pop("id")
    body["properties"] |= {name.replace("__", ":"): value for name, value in properties.items()}
    path.write_text(json.dumps(body), encoding="utf-8")
    return folder


def same_observation(folder: Path, name: str) -> Path:
    """Give a scene copy an id, and a datatake and tile that others may have too."""
    return change_item(folder, id=name, s2__datatake_id="GS2A_20230511T134711_041180_N05.09", grid__code="MGRS-21JVH")
