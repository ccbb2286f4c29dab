"""A small seeded dose of the experiments; `make chaos-quick` and `make chaos-full` run more of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.faults.chaos.experiments import EXPERIMENTS
from tests.faults.chaos.trials import STAGES, at_every_failpoint, at_failpoint, further, named, uniform

from rs.core.failpoint import FAILPOINTS

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("name", [experiment.name for experiment in EXPERIMENTS])
def test_a_small_dose(name: str, root: Path, tmp_path: Path) -> None:
    """In a process of its own: forks want a parent without threads."""
    words = [sys.executable, "-m", "tests.faults.chaos", "small", name, "--folder", str(tmp_path)]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"## {name}: " in done.stdout


def test_a_trial_is_known_by_its_name() -> None:
    for trial in (
        uniform(17), uniform(3, "rivals"), uniform(4, "command"), at_failpoint("item.linked", 3, 2),
        at_failpoint("commit.linked", 1, 0, "command"), at_failpoint("read.block", 5, 1, "further"),
    ):  # fmt: skip
        assert named(trial.name) == trial


def test_every_failpoint_has_to_be_reached() -> None:
    reached = dict.fromkeys(FAILPOINTS, 2)
    assert [trial.failpoint for trial in at_every_failpoint(reached, 0, 1)] == [*FAILPOINTS, *FAILPOINTS]
    with pytest.raises(AssertionError, match=r"never reached by an undisturbed run: item\.linked"):
        at_every_failpoint({**reached, "item.linked": 0}, 0, 1)


def test_rare_stages_get_their_kills() -> None:
    kills = dict.fromkeys(STAGES, 10) | {"sign": 7}
    chosen = further(kills, dict.fromkeys(FAILPOINTS, 2), 0)
    assert len(chosen) == 3 and all(trial.failpoint.startswith("sign.") and trial.times in (1, 2) for trial in chosen)
