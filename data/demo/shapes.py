"""From how well a unit does at a criterion (0 to a little over 1) to inputs that its rule turns into about that."""

import calendar
import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from criteria.model import (
    BandSteps,
    BestRelative,
    Checklist,
    Choice,
    Count,
    Criterion,
    Deadline,
    Judged,
    MinMax,
    Ratio,
    Rule,
    Step,
    YesNo,
)
from data.demo.tuning import MONTHS, Array

Texts = NDArray[np.object_]
Number = Count | BandSteps | BestRelative | MinMax | Judged
Word = Choice | Checklist | YesNo | Deadline

_MAGNITUDE = 60.0
"""Where a rule names no value that is full marks (relative rules), this is about what a perfect unit reports."""
_HANDFUL = 12


def _reached(steps: Sequence[Step], p: Array) -> Array:
    """The value whose step gives about fraction p."""
    rising = sorted(steps, key=lambda step: step.reached)
    fractions = [0.0, *(float(step.fraction) for step in rising)]
    values = [0.0, *(float(step.reached) for step in rising)]
    return np.interp(np.minimum(p + 0.05, 1.0), fractions, values) * np.maximum(p, 1.0)


def share(rule: Rule, p: Array) -> Array:
    """a / b for a rule of two inputs, between 0 and 1. Raises TypeError for any other rule."""
    match rule:
        case Ratio(direction="down"):
            wanted = 1.0 - p
        case Ratio():
            wanted = p * rule.full_at
        case BandSteps():
            wanted = _reached(rule.steps, p)
        case _:
            raise TypeError(rule.type)
    return np.clip(wanted, 0.0, 1.0)


def _whole(value: Array, draw: Array) -> Array:
    """Whole numbers that are right on average: each unit rounds at its own fixed draw, so a series never jumps back."""
    return np.floor(value + draw[:, None])


def number(rule: Number, criterion: Criterion, p: Array, draw: Array, *, flow: bool) -> Array:
    """(units, months) of a single-number input; a flow grows from January to the whole in December."""
    elapsed = np.arange(1, MONTHS + 1) / MONTHS if flow else np.ones(MONTHS)
    match rule:
        case Count():
            full = float(rule.full_at)
            # A handful (meetings, months of the year) stops at full marks; larger counts may pass them.
            done = np.minimum(p, 1.0) if full <= _HANDFUL else p
            return _whole(done * full * elapsed, draw) if full.is_integer() else np.round(done * full * elapsed, 2)
        case BandSteps():
            value = _reached(rule.steps, p) * elapsed
            whole = all(float(step.reached).is_integer() for step in rule.steps)
            return _whole(value, draw) if whole else np.round(value, 2)
        case BestRelative():
            return _whole(_MAGNITUDE * p * elapsed, draw)
        case MinMax():
            lo, hi = map(float, rule.goalposts or (0.0, _MAGNITUDE))
            done = np.clip(p, 0.0, 1.0)
            return np.round(lo + (hi - lo) * (1.0 - done if rule.direction == "down" else done) * elapsed, 1)
        case Judged():
            steps = np.floor(np.clip(p, 0.0, 1.0) * abs(criterion.max_points) * 4 + draw[:, None] * 0.5) / 4
            return np.minimum(steps, abs(criterion.max_points)) * np.sign(criterion.max_points)


def _chosen(rule: Choice, p: Array, draw: Array) -> Texts:
    names = np.array(list(rule.options), dtype=object)
    fractions = np.array([float(fraction) for fraction in rule.options.values()])
    aimed = p + (draw[:, None] - 0.5) * 0.3
    return names[np.abs(aimed[:, :, None] - fractions).argmin(axis=2)]


def _due_in(rule: Deadline, year: int) -> dt.date:
    day = min(rule.due.day, calendar.monthrange(year, rule.due.month)[1])
    return dt.date(year, rule.due.month, day)


def _dates(rule: Deadline, p: Array, draw: Array, year: int) -> Texts:
    """The day of delivery, from the month in which it lies; before that there is nothing to report."""
    found = np.full(p.shape, None, dtype=object)
    longest = 1.0 / float(rule.lose_per_day)
    for unit, (done, luck) in enumerate(zip(p[:, -1], draw, strict=True)):
        late = -int(luck * 12) if luck < done else 1 + int((luck - done) / max(1.0 - done, 1e-9) * longest)
        day = min(_due_in(rule, year) + dt.timedelta(days=late), dt.date(year, 12, 31))
        found[unit, max(day.month if day.year == year else 1, 1) - 1 :] = day.isoformat()
    return found


def words(rule: Word, p: Array, draw: Array, year: int) -> Texts:
    """(units, months) of a text input: an option, yes or no, a date; None where there is nothing to report yet."""
    match rule:
        case Choice():
            return _chosen(rule, p, draw)
        case Deadline():
            return _dates(rule, p, draw, year)
        case _:
            return np.where(draw[:, None] < p, "yes", "no").astype(object)
