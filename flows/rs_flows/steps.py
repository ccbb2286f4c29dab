"""What the flows share: a step as a Prefect task, and the report of a run as its artifact."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

T = TypeVar("T")


def as_task(name: str, step: Callable[[T], T], state: T) -> T:
    """What a step makes of the state. The state stays out of the task's parameters: it is not for a database."""

    @task(name=name, cache_policy=NO_CACHE, persist_result=False)
    def advance() -> T:
        return step(state)

    return advance()


def keep_report(kind: str, title: str, text: str, description: str) -> None:
    """Keep Markdown as the artifact "KIND-TITLE"."""
    key = re.sub(r"[^a-z0-9]+", "-", f"{kind}-{title}".lower()).strip("-")
    create_markdown_artifact(text, key=key, description=description)
