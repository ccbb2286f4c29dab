"""The whole catalogue in a bucket: the same items, files and index as on a disk, and the same commands."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from buckets import Buckets
from tests.cli.command import Done, rs, tree
from tests.operate.sites import RIVER, new_site

from rs.catalog.layout import Layout
from rs.store.address import open_store
from rs.store.store import Store

pytestmark = pytest.mark.services

MADE = "ndvi,turbidity,water_extent"
FOLDERS = ("data", "items", "index")


@dataclass(frozen=True)
class Remote:
    """A bucket, the local folder that goes with it, and the environment of its commands."""

    out: Path
    store: Store
    environment: dict[str, str]

    def rs(self, *words: object) -> Done:
        """Run a command there."""
        return rs(*words, **self.environment)

    def tree(self) -> dict[str, bytes]:
        """Content of every name of data, items and index."""
        return {name: self.store.read(name) or b"" for folder in FOLDERS for name in self.store.names(folder)}


def remote(s3: Buckets, out: Path) -> Remote:
    """A new bucket."""
    address = s3.address()
    return Remote(out, open_store(address, s3.endpoint), s3.environment(address))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, scenes: Path) -> Path:
    """The output folder of a run on disk."""
    out = tmp_path_factory.mktemp("plain") / "out"
    done = rs("produce", MADE, scenes / RIVER, "-o", out)
    assert done.code == 0, done.text
    return out


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, s3: Buckets, scenes: Path) -> Remote:
    """The same in a bucket."""
    found = remote(s3, tmp_path_factory.mktemp("remote") / "out")
    done = found.rs("produce", MADE, scenes / RIVER, "-o", found.out)
    assert done.code == 0, done.text
    return found


def facts(layout: Layout) -> list[object]:
    """What the register says, without who and when."""
    return [entry.fact for entry in layout.open_register().read()]


def without_page(files: dict[str, bytes]) -> dict[str, bytes]:
    """The page bears the name of its folder."""
    return {name: body for name, body in files.items() if name != "index/index.html"}


def test_items_files_and_index_are_those_of_a_disk(plain: Path, made: Remote) -> None:
    assert without_page(made.tree()) == without_page(tree(plain, *FOLDERS))
    assert facts(Layout(made.out, made.store)) == facts(Layout(plain))
    assert made.store.read("index/index.html") is not None
    assert not any((made.out / folder).exists() for folder in FOLDERS), "it was to go to the bucket"
    assert list((made.out / "staging").iterdir()) == []


def test_a_second_run_has_nothing_to_do(made: Remote, scenes: Path) -> None:
    before = made.tree()
    report = made.rs("produce", MADE, scenes / RIVER, "-o", made.out, "--json").document()
    assert report["made"] == [] and len(report["standing"]) == 3 and report["verification"]["ok"]
    assert made.tree() == before


def test_verify_looks_at_the_bucket_from_any_folder(made: Remote, tmp_path: Path) -> None:
    for folder in (made.out, tmp_path):
        done = made.rs("verify", folder)
        assert done.code == 0, done.text
    assert made.rs("register", "head", tmp_path, "--json").document()["entries"] == 3


def test_a_listing_is_drawn_from_the_bucket(plain: Path, made: Remote, tmp_path: Path) -> None:
    done = made.rs("listing", "new", "turbidity", "--site", made.out, "-o", tmp_path / "remote.json")
    assert done.code == 0, done.text
    assert rs("listing", "new", "turbidity", "--site", plain, "-o", tmp_path / "local.json").code == 0
    assert (tmp_path / "remote.json").read_bytes() == (tmp_path / "local.json").read_bytes()


def test_damage_in_the_bucket_is_found_moved_away_and_made_again(s3: Buckets, scenes: Path, tmp_path: Path) -> None:
    site = remote(s3, tmp_path / "out")
    call = ("produce", "ndvi", scenes / RIVER, "-o", site.out)
    assert site.rs(*call).code == 0
    whole = site.tree()
    (name,) = [name for name in whole if name.startswith("data/ndvi/") and "/ndvi." in name]
    site.store.remove(name)
    site.store.create(name, b"damaged")
    found = site.rs("verify", site.out)
    assert found.code == 1 and site.store.where(name) in found.text
    mended = site.rs("repair", site.out)
    assert mended.code == 3 and "file is lost" in mended.text and not site.store.exists(name)
    assert [path.read_bytes() for path in (site.out / "quarantine").rglob("*.tif.*")] == [b"damaged"]
    assert site.rs(*call).code == 0 and site.rs("verify", site.out).code == 0
    assert site.tree() == whole
    assert site.rs("gc", site.out).code == 0


def test_a_site_signs_what_it_keeps_in_a_bucket(s3: Buckets, scenes: Path, tmp_path: Path) -> None:
    site = remote(s3, new_site(tmp_path / "bay", 'products = ["ndvi"]'))
    shutil.copytree(scenes / RIVER, site.out / "inbox" / RIVER)
    done = site.rs("run", site.out)
    assert done.code == 0, done.text
    assert list(site.store.names("attestations")) and not (site.out / "attestations").exists()
    found = site.rs("verify", site.out, "--trust", site.out / "keys", "--json").document()
    assert found["ok"] and found["signed"] == 1


@pytest.mark.parametrize("wrong", [{"RS_S3_ENDPOINT": "http://127.0.0.1:9"}, {"RS_STORE": "s3://no-such-bucket/x"}])
def test_a_bucket_that_cannot_be_reached_is_named(
    s3: Buckets, scenes: Path, tmp_path: Path, wrong: dict[str, str]
) -> None:
    words = {**s3.environment(s3.address()), **wrong}
    done = rs("produce", "ndvi", scenes / RIVER, "-o", tmp_path / "out", **words)
    assert done.code == 1 and "s3://" in done.text and "Check address, bucket and credentials" in done.text
