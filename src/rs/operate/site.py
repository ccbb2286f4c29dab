"""A site: one folder, one site.toml that says what should exist. Read once, frozen, passed down."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from rs.catalog.layout import Layout
from rs.core.product import Product
from rs.core.scene import Grade, OpenMode
from rs.errors import UsageError
from rs.products import product, products


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Part):
    """Where scenes come from: a folder whose entries are scenes, relative to the site."""

    kind: Literal["folder"] = "folder"
    path: str


class Site(_Part):
    """What should exist at a site, and under which terms."""

    root: Path = Field(exclude=True)
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    title: str = ""
    timezone: str = "Asia/Shanghai"
    products: tuple[str, ...] = ()
    sources: tuple[Source, ...] = (Source(path="inbox"),)
    schedule: str = "0 */6 * * *"
    open_mode: OpenMode = OpenMode.CLOSED
    grade: Grade = Grade.GENERAL_1

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{value!r} is no time zone; allowed are IANA names such as Asia/Shanghai") from None
        return value

    @property
    def layout(self) -> Layout:
        """Paths of the site folder."""
        return Layout(self.root)

    def wanted(self) -> tuple[Product, ...]:
        """The products of the site; all known ones where it names none."""
        return tuple(product(name) for name in self.products or sorted(products()))


def read_site(folder: Path) -> Site:
    """The site of a folder. Raises UsageError that names field, reason and allowed values."""
    path = folder / "site.toml"
    try:
        body = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError("there is no site.toml", where=str(folder), remedy="Make one: see docs/operator.md") from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read ({error})", where=str(path)) from error
    try:
        site = Site(**{**body, "root": folder.resolve()})
        site.wanted()
    except ValidationError as error:
        lines = [f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()]
        raise UsageError("; ".join(lines), where=str(path), remedy="Mend these fields") from error
    return site
