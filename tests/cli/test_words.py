"""What a person reads: tables on standard output, progress on standard error, the way to go on."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
from tests.cli.command import RS, rs
from tests.operate.sites import RIVER


def test_produce_then_again_then_verify(scenes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = rs("produce", "ndvi,ndvi", scenes / RIVER, scenes / RIVER, "-o", out)
    assert first.code == 0, first.text
    (row,) = [line for line in first.out.splitlines() if RIVER in line]
    name = next(word for word in row.split() if word.startswith("data/"))
    assert (out / name).is_file() and "%" in row
    assert "Catalogue clean: 1 entries, 5 files." in first.out
    assert first.err.splitlines() == ["acquire 1/1", "produce 1/1", "publish 1/1"]

    again = rs("produce", "ndvi", scenes / RIVER, "-o", out)
    assert again.code == 0
    assert again.out.splitlines()[0] == "Nothing new: 1 products stand already."

    checked = rs("verify", out)
    assert checked.code == 0
    assert checked.out.startswith("clean: 1 entries, 1 items, 5 files, ")

    body = bytearray((out / name).read_bytes())
    body[len(body) // 2] ^= 1
    (out / name).write_bytes(body)
    damaged = rs("verify", out / "index")
    assert damaged.code == 1
    assert damaged.out.splitlines()[0].startswith(f"error: {out / name}: file is damaged")
    assert damaged.out.splitlines()[-1].startswith("NOT CLEAN: 1 entries")


def test_what_is_not_made_says_why_and_is_no_failure_beside_others(scenes: Path, tmp_path: Path) -> None:
    done = rs("produce", "ndvi,turbidity", scenes / "S2_bolzano_2023", "-o", tmp_path)
    assert done.code == 0, done.text
    assert "Failed:" not in done.out
    (reason,) = done.out.split("Not made:\n")[1].split("\nCatalogue")[0].splitlines()
    assert reason.strip().startswith("S2_bolzano_2023: turbidity: ") and "swir22" in reason
    alone = rs("produce", "turbidity", scenes / "S2_bolzano_2023", "-o", tmp_path / "alone")
    assert alone.code == 1 and "Nothing was made." in alone.out


def test_a_scene_is_told(scenes: Path) -> None:
    done = rs("scene", scenes / "LC09_L2SP_231062_20230723_20230802_02_T1")
    assert done.code == 0
    for words in ("landsat-9", "2023-07-23 14:12:31 UTC", "231062", "landsat-c2-l2", "SR_B4.TIF", "not held: coastal"):
        assert words in done.out, words


def stopped_child(pid: int) -> psutil.Process:
    """The child that a failpoint has stopped, as soon as it is."""
    parent = psutil.Process(pid)
    for _ in range(600):
        for child in parent.children(recursive=True):
            if child.status() == psutil.STATUS_STOPPED:
                return child
        time.sleep(0.1)
    raise AssertionError("no child stopped within a minute")


def test_ctrl_c_stops_with_its_code_and_leaves_a_clean_folder(scenes: Path, tmp_path: Path) -> None:
    """Interrupted when the first step is done: nothing is published, staging is gone, the next run goes on."""
    call = [str(RS), "produce", "ndvi", str(scenes / RIVER), "-o", str(tmp_path)]
    held = {**os.environ, "RS_FAILPOINT": "write.picture:1:stop"}
    process = subprocess.Popen(
        call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, env=held,
        # a shell starts what runs in its background deaf to Ctrl-C, and so would be all that comes of it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline() == "acquire 1/1\n"
    worker = stopped_child(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    # the parent waits for its worker
    worker.resume()
    process.communicate()
    assert process.returncode == 130
    assert list((tmp_path / "staging").iterdir()) == []
    assert not (tmp_path / "items").exists()
    assert rs("produce", "ndvi", scenes / RIVER, "-o", tmp_path).code == 0


def test_a_chosen_recipe_is_made_and_none_other_in_its_place(scenes: Path, tmp_path: Path) -> None:
    landsat = "LC09_L2SP_231062_20230723_20230802_02_T1"
    done = rs(
        "produce", "suspended_matter:nechad2010_red,turbidity:dogliotti2015", scenes / RIVER, scenes / landsat,
        "-o", tmp_path, "--json",
    )  # fmt: skip
    assert done.code == 0, done.text
    report = done.document()
    made = {(m["scene"], m["product"]): m["recipe"] for m in report["made"]}
    assert made == {
        (RIVER, "suspended_matter"): "nechad2010_red",
        (RIVER, "turbidity"): "dogliotti2015",
        (landsat, "suspended_matter"): "nechad2010_red",
    }
    (lost,) = report["skipped"]
    assert (lost["scene"], lost["kind"]) == (landsat, "unsupported")
    assert lost["reason"] == "turbidity: recipe dogliotti2015 has no coefficients for landsat-9"
    assert rs("verify", tmp_path).code == 0
