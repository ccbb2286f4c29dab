"""Disks that fill up under a part of a site: clear words, nothing half-published, then the bytes of a calm run.

A part of the site is a small disk of memory of its own, so that files cross file systems on their way. It holds
ballast, as if others used it too; after the failed run the ballast is gone, and the same run is done again.
"""

from __future__ import annotations

import os
import random
import re
import resource
import subprocess
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests.faults.chaos.checker import Calm, after_kill, after_rerun, calm_of
from tests.faults.chaos.report import Dose, Table
from tests.faults.chaos.runner import BLOCK, here, wait, warm_up
from tests.faults.chaos.scenes import LARGE, SMALL, Ground

import rs.operate.run as running
from rs.errors import RsError
from rs.operate.order import Options, order_of
from rs.operate.site import read_site

PARTS = ("staging", "data", "register", "items", "attestations", "index", "cache")
MIB = 2**20
SIZES = (2, 8, 32)
ROOM = re.compile(r"\d \w+ needed, [\d.]+ \w+ free|are needed, [\d.]+ \w+ are free|free there\)")
NEEDED = re.compile(r"needed, [\d.]+ \w+ (are )?free")
TIMES = {Dose.SMALL: 1, Dose.QUICK: 1, Dose.FULL: 4}
"""How often each part fills up on each size of disk."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A part of the site on a disk of so many MiB, of which so many bytes are free; watched: with the check first.

    Without a part: no file may grow beyond so many bytes (RLIMIT_FSIZE).
    """

    part: str
    size: int
    free: int
    watched: bool = False

    @property
    def kind(self) -> str:
        """What the tables sum up."""
        if not self.part:
            return "no file may grow beyond a limit"
        return f"{self.part} of {self.size} MiB{', looked at first' if self.watched else ''}"


def run(dose: Dose, folder: Path, seed: int) -> list[Table]:
    """All trials of a dose."""
    ground = Ground.make(folder, SMALL if dose is Dose.SMALL else LARGE)
    calm = ground.fresh("calm")
    warm_up(calm)
    meant = calm_of(calm)
    table = Table(
        "Disks that fill up",
        ["disk", "runs", "failed with a code", "said needed and free", "verified", "same bytes afterwards", "wrong"],
    )
    if not may_mount(folder):
        table.failures.append("mounting needs root: nothing was tried")
        return [table]
    rows: dict[str, list[int]] = {}
    for number, trial in enumerate(trials(dose, calm, seed)):
        site = ground.fresh(f"full{number}")
        with disk(site / trial.part, trial.size) if trial.part else nullcontext():
            wrong, row = attempt(site, trial, meant)
        sums = rows.setdefault(trial.kind, [0] * 6)
        rows[trial.kind] = [a + b for a, b in zip(sums, row, strict=True)]
        table.failures += [f"{trial}: {words}" for words in wrong]
    table.rows = [[kind, *sums] for kind, sums in rows.items()]
    return [table]


def trials(dose: Dose, calm: Path, seed: int) -> Iterator[Trial]:
    """Every part with every size, full at a drawn moment: what is free is a share of what a calm run needs."""
    chance = random.Random(seed)
    sizes = SIZES[:1] if dose is Dose.SMALL else SIZES
    for part in PARTS:
        wanted = sum(path.stat().st_blocks * 512 for path in (calm / part).rglob("*")) or 60_000
        for size in sizes:
            for _ in range(TIMES[dose]):
                yield Trial(part, size, min(size * MIB, int(wanted * chance.uniform(0.02, 0.9))))
    for size in sizes:
        yield Trial("data", size, 20_000, watched=True)
    for _ in range(TIMES[dose]):
        yield Trial("", 0, chance.randrange(1_000, 200_000))


def attempt(site: Path, trial: Trial, meant: Calm) -> tuple[list[str], list[int]]:
    """Run on the full disk, check, make room, run again, check. Words of what is wrong, and counts for the table."""
    ballast = site / trial.part / "ballast"
    if trial.part:
        fill(ballast, trial.free)
    code, words = run_apart(site, watched=trial.watched, file_limit=0 if trial.part else trial.free)
    full = code != 0
    told = [line for line in words.splitlines() if "annot be written" in line or "needed" in line]
    wrong = [f"right after: {found}" for found in after_kill(site, []).findings]
    verified = not wrong
    if code not in (0, 1, 3) or "Traceback" in words:
        wrong.append(f"ended with code {code}: {words[-400:]}")
    if full and not (told and all(ROOM.search(line) for line in told)):
        wrong.append(f"said nothing of the room: {words[-400:]}")
    ballast.unlink(missing_ok=True)
    code, words = run_apart(site)
    after = after_rerun(site, [], meant)
    again = [*after.findings, *after.lost, *after.doubled, *after.differing, *after.other]
    if code or again:
        wrong.append(f"after room was made: code {code}, {again[:3]} {words[-300:]}")
    counts = [1, full, full and any(NEEDED.search(line) for line in told), verified, not again, len(wrong)]
    return wrong, [int(one) for one in counts]


def fill(ballast: Path, free: int) -> None:
    """Leave so many bytes free."""
    left = os.statvfs(ballast.parent)
    size = left.f_bavail * left.f_frsize - free
    with ballast.open("wb") as stream:
        while size > 0:
            size -= stream.write(b"\0" * min(size, MIB))


def run_apart(site: Path, *, watched: bool = False, file_limit: int = 0) -> tuple[int, str]:
    """One pass over a site in a process of its own: exit code, and what it says. file_limit [bytes]."""
    words = site.with_name(f"{site.name}.said")
    number = os.fork()
    if number:
        return wait(number), words.read_text(encoding="utf-8")
    code = 9
    try:
        if not watched:
            # somebody else takes the room after the check
            running.check_room = lambda *_: None  # type: ignore[attr-defined]
        if file_limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, resource.RLIM_INFINITY))
        code, text = _run(site)
    except BaseException:  # noqa: BLE001 - a fork must never go on as its parent
        text = traceback.format_exc()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        words.write_text(text, encoding="utf-8")
        os._exit(code)


def _run(site: Path) -> tuple[int, str]:
    try:
        report = running.run(order_of(read_site(site), Options(threads=1, block=BLOCK)), here)
    except RsError as error:
        return error.exit_code, str(error)
    return int(report.exit), report.markdown()


def may_mount(folder: Path) -> bool:
    """Whether this user may mount disks of memory."""
    place = folder / "probe"
    place.mkdir()
    if os.geteuid() or subprocess.run(_mount(place, 1), capture_output=True).returncode:
        return False
    subprocess.run(["umount", str(place)], check=True)
    return True


@contextmanager
def disk(place: Path, size: int) -> Iterator[None]:
    """A disk of memory of so many MiB at a place, for a while."""
    with ExitStack() as stack:
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(_mount(place, size), check=True)
        stack.callback(subprocess.run, ["umount", str(place)], check=True)
        yield


def _mount(place: Path, size: int) -> list[str]:
    return ["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", str(place)]
