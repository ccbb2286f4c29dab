"""Geometric medians over dates: the spectrum from which the distances to the spectra of all dates are least together.

Roberts, Mueller and McIntyre 2017 (https://doi.org/10.1109/TGRS.2017.2723896, section III) find it by Weiszfeld's
iteration from the mean. Here it is the same iteration with two amendments. At a date's own spectrum, where the weight
has no value, it goes on or stays as Vardi and Zhang 2000 (https://doi.org/10.1073/pnas.97.4.1423) prove right. And
after each two steps it looks ahead: the steps of a pixel come to shrink by one factor, so the rest of them is summed
(Aitken's rule) and kept where the distances are no greater for it. Where spectra lie almost on a line, plain steps
become short long before they arrive.

Many pixels are iterated side by side, each in a lane of its own; a lane that is done takes the next pixel. No lane
knows of another, so a result does not depend on who stands beside. Written for numba, plain loops.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HELD = 32768
"""Numbers of spectra in lanes at a time: they stay in the second cache."""

STEADY = 0.995
"""Looking ahead, steps are taken to shrink by this factor at least: at most 200 steps are summed."""

# what a lane has beside its spectra: rows of a table
SQUARE, WEIGHT, WEIGHTS, HERE, TOTAL, LENGTH, FACTOR, ALONG, SECOND, AHEAD, BEST, BACK = range(12)


def geomedian(cube: NDArray[Any], blank: Any, stop: Floats, out: Floats, count: NDArray[np.uint16]) -> None:
    """Geometric medians [bands, pixels] of counts [bands, dates, pixels], in counts.

    A date counts where all its bands have a value; `count` [pixels] says how many do. `out` is NaN where none does,
    the mean of two. stop: a pixel is done when a step is shorter than the first [counts], or after the second steps.
    """
    bands, dates, pixels = cube.shape
    lanes = min(256, max(32, HELD // (bands * dates) // 16 * 16))
    spectra, present = np.zeros((dates, bands, lanes)), np.zeros((dates, lanes))
    now, safe = np.zeros((bands, lanes)), np.zeros((bands, lanes))
    step, first = np.zeros((bands, lanes)), np.zeros((bands, lanes))
    table = np.zeros((12, lanes))
    pixel, age = np.full(lanes, -1), np.zeros(lanes)
    waiting, busy = 0, 0
    while waiting < pixels or busy > 0:
        for lane in range(lanes):
            while pixel[lane] < 0 and waiting < pixels:
                count[waiting] = enter(cube[:, :, waiting], blank, spectra[:, :, lane], present[:, lane], now[:, lane])
                if count[waiting] > 2:
                    pixel[lane], age[lane] = waiting, 0.0
                    table[:, lane] = 0.0
                    busy += 1
                else:
                    out[:, waiting] = now[:, lane]
                waiting += 1
        evaluate(spectra, present, now, step, table)
        advance(now, safe, step, first, table)
        for lane in range(lanes):
            age[lane] += 1
            arrived = table[LENGTH, lane] < stop[0] and table[BACK, lane] == 0.0
            if pixel[lane] >= 0 and (arrived or age[lane] >= stop[1]):
                out[:, pixel[lane]] = now[:, lane] if table[BACK, lane] > 0.0 else safe[:, lane]
                pixel[lane] = -1
                busy -= 1


def enter(cube: NDArray[Any], blank: Any, spectra: Floats, present: Floats, now: Floats) -> int:
    """Put the spectra [bands, dates] of a pixel into a lane, their mean as its place; how many dates count."""
    bands, dates = cube.shape
    count = 0
    now[:] = 0.0
    for date in range(dates):
        whole = True
        for band in range(bands):
            whole = whole and cube[band, date] != blank
        present[date] = 1.0 if whole else 0.0
        count += 1 if whole else 0
        for band in range(bands):
            spectra[date, band] = cube[band, date] if whole else 0.0
            now[band] += spectra[date, band]
    for band in range(bands):
        now[band] /= count
    return count


def evaluate(spectra: Floats, present: Floats, now: Floats, step: Floats, table: Floats) -> None:
    """Weiszfeld's step from where each lane is, its length, and the sum of the distances there."""
    dates, bands, _ = spectra.shape
    square, weight, weights, here, total = table[SQUARE], table[WEIGHT], table[WEIGHTS], table[HERE], table[TOTAL]
    step[:], weights[:], here[:], total[:] = 0.0, 0.0, 0.0, 0.0
    for date in range(dates):
        square[:] = 0.0
        for band in range(bands):
            add_squares(spectra[date, band], now[band], square)
        weigh(present[date], square, weight, weights, here, total)
        for band in range(bands):
            pull(spectra[date, band], now[band], weight, step[band])
    square[:] = 0.0
    for band in range(bands):
        add_products(step[band], step[band], square)
    shorten(square, weights, here, table[FACTOR], table[LENGTH])
    for band in range(bands):
        multiply(step[band], table[FACTOR])


def add_squares(one: Floats, other: Floats, out: Floats) -> None:
    """Add the squared differences."""
    for x in range(out.size):
        apart = one[x] - other[x]
        out[x] += apart * apart


def add_products(one: Floats, other: Floats, out: Floats) -> None:
    """Add the products."""
    for x in range(out.size):
        out[x] += one[x] * other[x]


def weigh(present: Floats, square: Floats, weight: Floats, weights: Floats, here: Floats, total: Floats) -> None:
    """The weight of a date: one over its distance; a date at no distance is counted apart."""
    for x in range(present.size):
        counts, distance = present[x], np.sqrt(square[x])
        # chosen afterwards, not before: so that lanes go through in step
        inverse = counts / distance
        inverse = inverse if distance > 0.0 else 0.0
        weight[x] = inverse
        weights[x] += inverse
        here[x] += 0.0 if distance > 0.0 else counts
        total[x] += distance * counts


def pull(spectrum: Floats, now: Floats, weight: Floats, out: Floats) -> None:
    """Add what draws a lane to a date."""
    for x in range(out.size):
        out[x] += (spectrum[x] - now[x]) * weight[x]


def shorten(square: Floats, weights: Floats, here: Floats, factor: Floats, length: Floats) -> None:
    """Factor from the pull to the step: at a date's own spectrum a part of the pull, or all, does not count."""
    for x in range(square.size):
        strength = np.sqrt(square[x])
        beyond = strength - here[x]
        share = beyond / (weights[x] * strength)
        share = share if beyond > 0.0 else 0.0
        factor[x] = share
        length[x] = share * strength


def multiply(step: Floats, factor: Floats) -> None:
    """Pull to step."""
    for x in range(step.size):
        step[x] *= factor[x]


def advance(now: Floats, safe: Floats, step: Floats, first: Floats, table: Floats) -> None:
    """Take a step, look ahead after each second one, go back where looking ahead was wrong."""
    bands = now.shape[0]
    square, along = table[SQUARE], table[ALONG]
    square[:], along[:] = 0.0, 0.0
    for band in range(bands):
        add_products(step[band], first[band], along)
        add_products(first[band], first[band], square)
    retreat(table[TOTAL], table[BEST], table[AHEAD], table[BACK])
    reach_out(along, square, table[BACK], table[SECOND], table[AHEAD], table[FACTOR])
    for band in range(bands):
        move(now[band], safe[band], step[band], first[band], table[FACTOR], table[BACK])


def retreat(total: Floats, best: Floats, ahead: Floats, back: Floats) -> None:
    """Where the distances are greater than before looking ahead, 1; they are remembered."""
    for x in range(total.size):
        greater = 1.0 if total[x] > best[x] else 0.0
        back[x] = greater * ahead[x]
        best[x] = total[x]


def reach_out(along: Floats, square: Floats, back: Floats, second: Floats, ahead: Floats, factor: Floats) -> None:
    """How many times a step is taken: once, or after a second step as often as the shrinking of both foretells."""
    for x in range(along.size):
        shrink = along[x] / square[x]
        looks = second[x] if shrink > 0.0 else 0.0
        looks = 0.0 if back[x] > 0.0 else looks
        shrink = shrink if shrink < STEADY else STEADY
        ahead[x] = looks
        factor[x] = 1.0 + looks * shrink / (1.0 - shrink)
        second[x] = 1.0 - (second[x] if back[x] == 0.0 else 1.0)


def move(now: Floats, safe: Floats, step: Floats, first: Floats, factor: Floats, back: Floats) -> None:
    """Go where the step leads, so many times longer, or back to the last place that is known."""
    for x in range(now.size):
        here, plain, known = now[x], step[x], safe[x]
        there = here + plain * factor[x]
        now[x] = known if back[x] > 0.0 else there
        safe[x] = here + plain
        first[x] = plain


def rounded(values: Floats, blank: Any, out: NDArray[Any]) -> None:
    """Numbers as counts, halves to the even one; blank for NaN."""
    for x in range(values.size):
        count = np.rint(values[x])
        out[x] = count if count == count else blank
