"""What follows from new entries of the register: signatures, and the catalogue that people see."""

from __future__ import annotations

from collections.abc import Callable

from rs.catalog.index import derive
from rs.catalog.layout import Layout
from rs.catalog.register import Register
from rs.catalog.sign import sign, signed_size
from rs.core.result import Outcome, Skipped, class_of
from rs.core.scene import OpenMode
from rs.errors import RsError
from rs.products import products
from rs.trust.keys import Signer


def follow_up(layout: Layout, register: Register, mode: OpenMode, signer: Signer | None) -> list[Outcome]:
    """Sign and derive; what fails here is done by the next run, and the outcomes say so."""
    failures: list[Outcome] = []

    def show() -> None:
        # what another publisher has committed and not signed yet waits for its own run
        upto = signed_size(register) if signer is not None else None
        derive(layout, register, products(), mode, upto)

    jobs: list[tuple[str, Callable[[], object]]] = [("index", show)]
    if signer is not None:
        jobs.insert(0, ("signature", lambda: sign(layout, register, signer)))
    for name, job in jobs:
        try:
            job()
        except RsError as error:
            reason = f"{name}: {error} What was published stands; the next run makes up for it."
            failures.append(Skipped("", name, "", reason, class_of(error)))
    return failures
