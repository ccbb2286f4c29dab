"""Order statistics over dates: medians, percentiles and how many dates count, of one pixel after the other.

The dates of a run of pixels are put in order by a fixed network of exchanges, each of which is one pass over two rows:
no branches, so that a core orders many pixels at once. Of n dates that takes about n (log2 n)^2 / 4 exchanges
(Batcher 1968, https://doi.org/10.1145/1468075.1468121), 12 for six dates and 132 for 24.
Written for numba, plain loops.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

RUN = 1024
"""Pixels that are put in order together: their dates stay in the nearest caches."""


def network(dates: int) -> NDArray[np.int64]:
    """Exchanges [n, 2] that put any values of so many rows in order (Batcher's merge exchange, Knuth 5.2.2 M)."""
    pairs: list[tuple[int, int]] = []
    merged = 1
    while merged < dates:
        step = merged
        while step >= 1:
            for start in range(step % merged, dates - step, 2 * step):
                for row in range(start, min(start + step, dates - step)):
                    if row // (2 * merged) == (row + step) // (2 * merged):
                        pairs.append((row, row + step))
            step //= 2
        merged *= 2
    return np.array(pairs, np.int64).reshape(-1, 2)


def middles(
    stack: NDArray[Any], blanks: NDArray[Any], pairs: NDArray[np.int64], low: NDArray[Any], high: NDArray[Any],
    count: NDArray[np.uint16],
) -> None:  # fmt: skip
    """The two values in the middle of the dates that count; both are the median where their number is odd.

    stack: [dates, pixels]. blanks: what stands for no value, and the greatest value of the dtype. pairs: `network`
    of the dates. low, high: [pixels], the blank where no date counts. count: [pixels], dates that count.
    """
    held = np.empty((stack.shape[0], RUN), stack.dtype)
    first, second = np.empty(RUN, np.uint16), np.empty(RUN, np.uint16)
    for start in range(0, stack.shape[1], RUN):
        stop = min(start + RUN, stack.shape[1])
        sort_run(stack, start, blanks, pairs, held, count[start:stop])
        places(count[start:stop], first, second)
        low[start:stop] = blanks[0]
        high[start:stop] = blanks[0]
        for date in range(stack.shape[0]):
            pick(held[date], np.uint16(date), first, low[start:stop])
            pick(held[date], np.uint16(date), second, high[start:stop])


def sort_run(
    stack: NDArray[Any], start: int, blanks: NDArray[Any], pairs: NDArray[np.int64], held: NDArray[Any],
    count: NDArray[np.uint16],
) -> None:  # fmt: skip
    """The run of pixels from `start` on in order in `held` [dates, pixels], dates without value last."""
    count[:] = 0
    for date in range(stack.shape[0]):
        take(stack[date, start : start + count.size], blanks[0], blanks[1], held[date], count)
    for k in range(pairs.shape[0]):
        exchange(held[pairs[k, 0]], held[pairs[k, 1]])


def take(row: NDArray[Any], blank: Any, top: Any, held: NDArray[Any], count: NDArray[np.uint16]) -> None:
    """A date of a run, the greatest value in place of none, counted in."""
    for x in range(row.size):
        value = row[x]
        held[x] = top if value == blank else value
        count[x] += np.uint16(value != blank)


def exchange(one: NDArray[Any], other: NDArray[Any]) -> None:
    """The lower of each two values into `one`, the higher into `other`."""
    for x in range(one.size):
        a, b = one[x], other[x]
        one[x] = min(a, b)
        other[x] = max(a, b)


def places(count: NDArray[np.uint16], first: NDArray[np.uint16], second: NDArray[np.uint16]) -> None:
    """Where the two values in the middle stand; nowhere where no date counts."""
    for x in range(count.size):
        first[x] = (count[x] - np.uint16(1)) >> np.uint16(1)
        second[x] = count[x] >> np.uint16(1) if count[x] > 0 else first[x]


def pick(row: NDArray[Any], date: Any, wanted: NDArray[np.uint16], out: NDArray[Any]) -> None:
    """The values of a date of a run whose place it is."""
    for x in range(out.size):
        value, kept = row[x], out[x]
        out[x] = value if wanted[x] == date else kept


def halfway(low: NDArray[Any], high: NDArray[Any], out: NDArray[Any]) -> None:
    """Means of two counts of at most 16 bits, halves to the even count, as numpy.rint rounds."""
    for x in range(out.size):
        total = np.int32(low[x]) + np.int32(high[x])
        half = total >> np.int32(1)
        out[x] = half + (total & half & np.int32(1))


def percentiles(
    stack: NDArray[Any], blanks: NDArray[Any], pairs: NDArray[np.int64], shares: NDArray[np.float64],
    out: NDArray[Any], count: NDArray[np.uint16],
) -> None:  # fmt: skip
    """Percentiles [shares, pixels] of the dates that count, as counts, halves to the even one.

    Linear between values: the share p of n values lies at (n - 1) p, counted from 0 (definition 7 of Hyndman and
    Fan 1996, https://doi.org/10.1080/00031305.1996.10473566; the default of numpy.percentile). shares: 0 .. 1, such
    as 0.1, 0.25, 0.75, 0.9. Others as in `middles`.
    """
    held = np.empty((stack.shape[0], RUN), stack.dtype)
    for start in range(0, stack.shape[1], RUN):
        stop = min(start + RUN, stack.shape[1])
        sort_run(stack, start, blanks, pairs, held, count[start:stop])
        for k in range(shares.size):
            between(held, count[start:stop], shares[k], blanks[0], out[k, start:stop])


def between(held: NDArray[Any], count: NDArray[np.uint16], share: float, blank: Any, out: NDArray[Any]) -> None:
    """The value at a share of the dates of a run that count."""
    for x in range(out.size):
        last = np.int64(count[x]) - 1
        if last < 0:
            out[x] = blank
            continue
        place = last * share
        before = min(np.int64(place), last)
        low, high = np.float64(held[before, x]), np.float64(held[min(before + 1, last), x])
        out[x] = np.rint(low + (high - low) * (place - before))
