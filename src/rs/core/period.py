"""Several scenes as one observation of a period: what a composite is made from, and what an item says about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rs.core.scene import Angles, Correction, Grade, Platform, Reflectance, Scene, TimeSpan

PLACE = "grid:code"
"""Property that names the place of a scene's own grid."""


@dataclass(frozen=True, slots=True)
class Period:
    """Scenes in the order of their times, then ids. own_grid: whether what is made lies on the scenes' own grid."""

    scenes: tuple[Scene, ...]
    own_grid: bool = True

    def __post_init__(self) -> None:
        if not self.scenes:
            raise ValueError("a period needs a scene")
        object.__setattr__(self, "scenes", tuple(sorted(self.scenes, key=lambda s: (s.time.start, s.id))))

    @property
    def id(self) -> str:
        """First and last day, and a digest of the scenes' ids."""
        ids = sorted(scene.id for scene in self.scenes)
        days = f"{self.time.start:%Y%m%d}-{self.time.end:%Y%m%d}"
        return f"{days}_{hashlib.sha256(json.dumps(ids).encode()).hexdigest()[:8]}"

    @property
    def path(self) -> str:
        """Path of the first scene."""
        return self.scenes[0].path

    @property
    def time(self) -> TimeSpan:
        """From the start of the first scene to the end of the last."""
        return TimeSpan(self.scenes[0].time.start, max(scene.time.end for scene in self.scenes))

    @property
    def acquisitions(self) -> tuple[tuple[Scene, ...], ...]:
        """Scenes of one acquisition together: they saw the same at the same time, and count once where they overlap.

        One acquisition is one datatake of one platform. A scene without datatake is one by itself.
        """
        found: dict[tuple[str, str], list[Scene]] = {}
        for scene in self.scenes:
            key = (scene.platform.name, scene.datatake) if scene.datatake else ("", scene.id)
            found.setdefault(key, []).append(scene)
        return tuple(tuple(scenes) for scenes in found.values())

    @property
    def tile(self) -> str:
        """The tile of all scenes, "" where they have several or the grid is another."""
        return self._common(lambda scene: scene.tile) if self.own_grid else ""

    @property
    def platform(self) -> Platform:
        """The platforms, names joined by commas."""
        names = dict.fromkeys(sorted(scene.platform.name for scene in self.scenes))
        return Platform(",".join(names), self._common(lambda scene: scene.platform.sensor))

    @property
    def properties(self) -> Mapping[str, Any]:
        """STAC fields that all scenes agree on."""
        first, *others = (scene.properties for scene in self.scenes)
        same = {name: value for name, value in first.items() if all(o.get(name) == value for o in others)}
        return {name: value for name, value in same.items() if name != PLACE or self.own_grid}

    @property
    def licence(self) -> str:
        """The licence of all scenes, "other" where they have several."""
        return self._common(lambda scene: scene.licence) or "other"

    @property
    def licence_url(self) -> str:
        """The terms of all scenes, "" where they have several."""
        return self._common(lambda scene: scene.licence_url)

    @property
    def attribution(self) -> str:
        """All attributions."""
        return "; ".join(dict.fromkeys(scene.attribution for scene in self.scenes if scene.attribution))

    @property
    def grade(self) -> Grade:
        """The strictest grade."""
        return Grade.strictest(*(scene.grade for scene in self.scenes))

    @property
    def baseline(self) -> str:
        """The baselines, joined by commas."""
        return ",".join(sorted({scene.baseline for scene in self.scenes if scene.baseline}))

    @property
    def angles(self) -> Angles:
        """None: a period has no one geometry."""
        return Angles()

    @property
    def reflectance(self) -> Reflectance | None:
        """The reflectance of all scenes, None where they have several."""
        return next(iter(found)) if len(found := {scene.reflectance for scene in self.scenes}) == 1 else None

    @property
    def correction(self) -> str:
        """The levels of correction, joined by commas."""
        return ",".join(level.value for level in Correction if level in {scene.correction for scene in self.scenes})

    @property
    def cloud_state_known(self) -> bool:
        """True where every scene has a source that decides on clouds."""
        return all(scene.cloud_state_known for scene in self.scenes)

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes of all scenes, each with the scenes that it is about."""
        about: dict[str, list[str]] = {}
        for scene in self.scenes:
            for note in scene.notes:
                about.setdefault(note, []).append(scene.id)
        return tuple(
            note if len(ids) == len(self.scenes) else f"{', '.join(ids)}: {note}" for note, ids in about.items()
        )

    def _common(self, field: Callable[[Scene], str]) -> str:
        found = {field(scene) for scene in self.scenes}
        return found.pop() if len(found) == 1 else ""


Observation = Scene | Period
"""What a result is made from."""
