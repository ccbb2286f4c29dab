"""One tree of errors. Every error says what failed, where, and what to do about it."""

from __future__ import annotations

from typing import Any


class RsError(Exception):
    """Base of all errors of this package.

    what: one sentence on what failed. where: file, band, window or field. remedy: what to do.
    """

    exit_code = 1
    default_remedy = ""

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy or self.default_remedy

    def __str__(self) -> str:
        parts = [self.what if not self.where else f"{self.where}: {self.what}"]
        if self.remedy:
            parts.append(self.remedy)
        return " ".join(part if part.endswith((".", "?", "!")) else part + "." for part in parts)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.what, self.where, self.remedy)

    def as_dict(self) -> dict[str, str]:
        """The error as plain values, for `--json` and reports."""
        return {"error": type(self).__name__, "what": self.what, "where": self.where, "remedy": self.remedy}


def _rebuild(kind: type[RsError], what: str, where: str, remedy: str) -> RsError:
    return kind(what, where=where, remedy=remedy)


class UsageError(RsError):
    """The call itself is off: an option, a configuration value, a combination."""

    exit_code = 2


class UnknownName(UsageError):
    """A product, sensor or recipe name that nothing declares; the message lists the known ones."""


class BadInput(RsError):
    """A scene, metadata file or raster that cannot be trusted."""

    default_remedy = "Fetch the scene again; if it stays so, its provider has to mend it"


class NotAScene(BadInput):
    """No reader recognises the path."""


class MissingPart(BadInput):
    """A file or tag that the scene's own metadata promises is not there."""


class Contradiction(BadInput):
    """Two statements about the same pixels disagree and the pixels do not settle it."""


class UnreadableRaster(BadInput):
    """A raster that does not open, is truncated, or breaks a size limit."""


class Untrusted(BadInput):
    """Signed data whose form, proof, signature or key does not hold."""

    default_remedy = "Do not use it; fetch it again from its publisher, and tell them if it stays so"


class Conflict(RsError):
    """Something else already stands under this name; nothing was overwritten."""

    default_remedy = "Run rs verify to see what stands there"


class OutputError(RsError):
    """The result could not be written: full disk, no permission, no such folder."""


class CheckFailed(RsError):
    """A result did not pass the checks before publishing."""

    default_remedy = "This is a defect: report it with the scene"


class WorkerLost(RsError):
    """A worker process died or ran out of time while it held a unit."""


class InternalError(RsError):
    """Something that nobody foresaw; `what` holds the type and the last lines."""

    default_remedy = "This is a defect: report it with the scene"


class DeclarationError(RsError):
    """A product or reader module breaks its contract; the programmer mends it."""

    default_remedy = "Mend the module"
