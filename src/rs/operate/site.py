"""A site: one folder, one site.toml that says what should exist. Read once, frozen, passed down."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rs.catalog.layout import Layout
from rs.core.product import Product
from rs.core.scene import Grade, OpenMode
from rs.errors import UnknownName, UsageError
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
    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="short name: letters, digits, dot, underscore, hyphen"
    )
    title: str = Field("", description="title of the page and of reports")
    products: tuple[str, ...] = Field((), description="names as `rs products` lists them; empty: all")
    sources: tuple[Source, ...] = Field(
        (Source(path="inbox"),), description='`[[sources]]` tables: `kind = "folder"` and `path`, relative to the site'
    )
    open_mode: OpenMode = Field(OpenMode.CLOSED, description="who may have the products")
    grade: Grade = Field(Grade.GENERAL_1, description="security level; a stricter one of a scene wins")

    @property
    def layout(self) -> Layout:
        """Paths of the site folder."""
        return Layout(self.root)

    def wanted(self) -> tuple[Product, ...]:
        """The products of the site; all known ones where it names none."""
        return tuple(product(name) for name in dict.fromkeys(self.products) or sorted(products()))


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
        known = ", ".join(name for name in Site.model_fields if name != "root")
        raise UsageError("; ".join(lines), where=str(path), remedy=f"Mend these fields; known are {known}") from error
    except UnknownName as error:
        raise UnknownName(f"products: {error.what}", where=str(path), remedy=error.remedy) from error
    return site
