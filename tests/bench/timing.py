"""Alternating measurements and the table they are printed in."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from language import _, format_number


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured and the median seconds of each side, ours first."""

    task: str
    seconds: Mapping[str, float]


def alternate(task: str, sides: Mapping[str, Callable[[], object]], repetitions: int) -> Row:
    """Median seconds of each side, measured in turn (A B A B), so that a slow moment of the machine meets them all.

    Every side runs once before the clock starts.
    """
    for run in sides.values():
        run()
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _repetition in range(repetitions):
        for name, run in sides.items():
            start = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - start)
    return Row(task, {name: median(seconds) for name, seconds in taken.items()})


def lines(title: str, rows: Sequence[Row]) -> list[str]:
    """The section as text: each side in milliseconds, and how long it takes as a multiple of our time."""
    result = ["", title]
    for row in rows:
        result.append(f"  {row.task}")
        ours = next(iter(row.seconds.values()))
        for name, seconds in row.seconds.items():
            milliseconds = format_number(seconds * 1000, 2)
            ratio = format_number(seconds / ours, 2)
            result.append(f"    {name:<38}{milliseconds:>14} ms" + _("{ratio} lần").format(ratio=ratio).rjust(16))
    return result
