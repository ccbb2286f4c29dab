"""A site: one folder, one site.toml that says what should exist. Read once, frozen, passed down."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError, field_validator

from rs.catalog.layout import Layout
from rs.core.discovery import unknown_name
from rs.core.product import Product, Takes
from rs.core.scene import Grade, OpenMode
from rs.errors import UnknownName, UsageError
from rs.products import products, wanted


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
    products: tuple[str, ...] = Field(
        (), description="names as `rs products` lists them, or NAME:RECIPE for one recipe only; empty: all of a scene"
    )
    sources: tuple[Source, ...] = Field(
        (Source(path="inbox"),), description='`[[sources]]` tables: `kind = "folder"` and `path`, relative to the site'
    )
    parameters: dict[str, dict[str, FiniteFloat]] = Field(
        default_factory=dict, description="`[parameters.PRODUCT]` tables: values in place of the product's own"
    )
    timezone: str = Field("UTC", description="zone of the site's civil days, such as Asia/Shanghai")
    open_mode: OpenMode = Field(OpenMode.CLOSED, description="who may have the products")
    grade: Grade = Field(Grade.GENERAL_1, description="security level; a stricter one of a scene wins")

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"no time zone {name!r} is known; write it like Asia/Shanghai")
        return name

    def ledger_url(self, stated: str = "") -> str:
        """Where the ledger is: at the stated URL, or in a file of the site."""
        return stated or f"sqlite:///{self.root / 'ledger.sqlite'}"

    @property
    def layout(self) -> Layout:
        """Paths of the site folder."""
        return Layout(self.root)

    def wanted(self) -> tuple[Product, ...]:
        """The products of the site, with the recipe where it names one; all of a scene where it names none."""
        for name in self.parameters:
            if name not in products():
                raise unknown_name("product", name, products())
        of_scenes = sorted(name for name, one in products().items() if one.takes is Takes.SCENE)
        made = wanted(self.products or of_scenes)
        other = next((one for one in made if one.takes is not Takes.SCENE), None)
        if other is not None:
            raise UsageError(
                f"{other.name} is made from a {other.takes.value}, and a site makes products of single scenes",
                remedy=f"Leave it out, and run rs produce {other.name} SCENE...",
            )
        return tuple(self._tuned(one) for one in made)

    def _tuned(self, made: Product) -> Product:
        """A product with the parameters of the site; they enter its keys."""
        own = self.parameters.get(made.name, {})
        unknown = sorted(set(own) - set(made.parameters))
        if unknown:
            known = ", ".join(made.parameters) or "none"
            raise UnknownName(f"parameters.{made.name}: unknown {', '.join(unknown)}", remedy=f"Known: {known}")
        return replace(made, parameters={**made.parameters, **own}) if own else made


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
    except UsageError as error:
        raise type(error)(f"products or parameters: {error.what}", where=str(path), remedy=error.remedy) from error
    return site
