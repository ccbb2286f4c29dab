"""What RS_FAILPOINT may say."""

from __future__ import annotations

import pytest

from rs.core.failpoint import Plan, plan_of


def test_plans_are_read_from_the_environment() -> None:
    assert plan_of({}) is None
    assert plan_of({"RS_FAILPOINT": "write.done"}) == Plan("write.done", 1)
    assert plan_of({"RS_FAILPOINT": "write.done:3"}) == Plan("write.done", 3)
    assert plan_of({"RS_FAILPOINT": "write.done:3:stop"}) == Plan("write.done", 3, stop=True)
    assert plan_of({"RS_FAILPOINT_TRACE": "t"}) == Plan(trace="t")


@pytest.mark.parametrize("word", ["write.never", "write.done:1:wait"])
def test_unknown_words_are_refused(word: str) -> None:
    with pytest.raises(ValueError, match="is unknown"):
        plan_of({"RS_FAILPOINT": word})
