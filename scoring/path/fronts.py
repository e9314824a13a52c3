"""The front of one component: for each effort the most points that its steps can bring, and which steps those are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.path.components import Component
from scoring.path.knapsack import Group, States, TooManyStates, Whole, pareto, whole

FRONT_LIMIT = 50_000
"""Efforts that a front may hold; above it the integer programme is quicker."""
CLIP_ROOM = 1e-9


@dataclass(frozen=True)
class Option:
    """A step (its number, -1 for doing nothing) with its effort in whole numbers and its gain of the component."""

    step: int
    effort: int
    gain: float


@dataclass(frozen=True)
class Front:
    """Efforts, rising, and the points (in grid steps, rising) that each can bring."""

    effort: Whole
    points: NDArray[np.int64]
    _states: States
    _state: NDArray[np.intp]
    _options: Sequence[Sequence[Option]]

    @property
    def group(self) -> Group:
        """The front as options of the exact programme."""
        return Group(self.effort, self.points)

    def steps(self, place: int) -> list[int]:
        """Numbers of the steps behind one place of the front, rising."""
        taken = self._states.options(int(self._state[place]))
        chosen = (options[o].step for options, o in zip(self._options, taken, strict=True))
        return sorted(step for step in chosen if step >= 0)


def front(component: Component, groups: Sequence[Sequence[Option]]) -> Front:
    """The front of a component from the options of each unit's criterion, of which exactly one is taken.

    Raises TooManyStates when efforts are so varied that the front would hold more than FRONT_LIMIT.
    """
    clip = component.enough * (1 + CLIP_ROOM) + CLIP_ROOM
    largest = whole([sum(max(o.effort for o in options) for options in groups)])
    states = States(np.zeros(1, largest.dtype), np.zeros(1))
    for options in groups:
        effort = np.array([o.effort for o in options], largest.dtype)
        gain = np.array([o.gain for o in options])
        count = len(states.cost)
        efforts = (states.cost[:, None] + effort).ravel()
        gains = np.minimum(states.value[:, None] + gain, clip).ravel()
        parent, option = np.divmod(np.arange(count * len(options)), len(options))
        states.add(efforts, gains, parent, option)
        if len(states.cost) > FRONT_LIMIT:
            raise TooManyStates(f"a front of more than {FRONT_LIMIT} efforts")
    points = component.points(states.value)
    kept = pareto(states.cost, points)
    return Front(states.cost[kept], points[kept], states, kept, groups)
