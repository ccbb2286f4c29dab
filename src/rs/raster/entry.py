"""One entry of the list of an archive, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass

AGAIN = "Fetch the archive again; do not unpack it"


@dataclass(frozen=True, slots=True)
class Entry:
    """What an archive states of a member, before anything of it is believed.

    stored: its name as it stands in the archive; name: the same as readers ask for it. size: when unpacked
    [bytes]. start: where its bytes begin in the archive [bytes], for archives that hold them as they are.
    fault: why the whole archive is refused, with its remedy; "" where nothing is wrong.
    """

    stored: str
    name: str
    size: int
    is_folder: bool = False
    start: int = 0
    fault: str = ""
    remedy: str = AGAIN


def reason(error: BaseException) -> str:
    """The first line of an error of a library, or its kind."""
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
