"""The exact programme behind every plan: one option of each group, least cost, at least so much value.

Everything is whole numbers, so the answer is the best one to the last digit. Bounds that only prune are floats with
room for their rounding.
Source: multiple-choice knapsack by its linear relaxation and a dynamic programme over what the relaxation leaves open
(Kellerer, Pferschy and Pisinger 2004, Knapsack Problems, chapter 11).
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray
"""Whole numbers: int64 where every sum fits, Python integers in an object array where it does not."""

INT64_ROOM = 2**62
STATE_LIMIT = 100_000
"""States of one stage. Above it only every so-manieth is kept: a plan is then still found, but proved to be the best
only when it costs no more than the lower bound."""
FIRST_WINDOW = 1 / 64
"""Share of the gap between bound and first plan that is searched first; a window that holds no answer is widened."""
ROUNDING_ROOM = 1e-9


class TooManyStates(RuntimeError):
    """The dynamic programme may not hold the states that a proof would need; solve by integer programming instead."""


@dataclass(frozen=True)
class Group:
    """Options of which exactly one is taken: (options,) cost and value. Doing nothing is an option like any other."""

    cost: Whole
    value: Whole


def whole(numbers: Sequence[int]) -> Whole:
    """The numbers as int64 where they fit, as Python integers otherwise."""
    return np.array(numbers, np.int64 if all(abs(n) < INT64_ROOM for n in numbers) else object)


def _fitting(groups: Sequence[Group]) -> list[Group]:
    """The groups as Python integers when sums over all of them could leave int64."""
    sizes = (
        sum(int(np.abs(x).max()) for x in numbers) for numbers in ([g.cost for g in groups], [g.value for g in groups])
    )
    if all(size < INT64_ROOM for size in sizes):
        return list(groups)
    return [Group(g.cost.astype(object), g.value.astype(object)) for g in groups]


def pareto(cost: NDArray, value: NDArray) -> NDArray[np.intp]:
    """Options that no other one beats: indices with rising cost and strictly rising value, the first among equals."""
    order = np.argsort(cost, kind="stable")
    c, v = cost[order], value[order]
    best_before = np.maximum.accumulate(v)[:-1]
    keep = np.r_[True, np.asarray(v[1:] > best_before, bool)] if len(v) else np.zeros(0, bool)
    order, c = order[keep], c[keep]
    last_of_cost = np.r_[np.asarray(c[1:] != c[:-1], bool), True] if len(c) else np.zeros(0, bool)
    return order[last_of_cost]


def lower_hull(cost: NDArray, value: NDArray) -> list[int]:
    """Options on the convex hull of least cost for value, of options as pareto gives them."""
    c, v = cost.tolist(), value.tolist()
    hull: list[int] = []
    for i in range(len(c)):
        while len(hull) > 1:
            last, before = hull[-1], hull[-2]
            if (c[last] - c[before]) * (v[i] - v[last]) < (c[i] - c[last]) * (v[last] - v[before]):
                break
            hull.pop()
        hull.append(i)
    return hull


@dataclass(frozen=True)
class _Relaxation:
    """Bounds of the linear relaxation: price of one unit of value, lower bound of the cost, cost of a first plan."""

    price: float
    lowest: float
    highest: int


def _relax(groups: Sequence[Group], target: int) -> _Relaxation:
    """Takes hull segments by falling return until the target is reached; the last one whole gives a first plan."""
    ratios: list[float] = []
    segments: list[tuple[int, int, int]] = []
    cost, value = sum(int(g.cost[0]) for g in groups), sum(int(g.value[0]) for g in groups)
    for g, group in enumerate(groups):
        hull = lower_hull(group.cost, group.value)
        for low, high in itertools.pairwise(hull):
            spent, won = int(group.cost[high] - group.cost[low]), int(group.value[high] - group.value[low])
            ratios.append(spent / won)
            segments.append((spent, won, g))
    price = 0.0
    for i in np.argsort(ratios, kind="stable"):
        if value >= target:
            break
        spent, won, _group = segments[i]
        price, cost, value = ratios[i], cost + spent, value + won
    lowest = sum(float(np.min(_reduced(g, price))) for g in groups) + price * target
    return _Relaxation(price, lowest, cost)


def _reduced(group: Group, price: float) -> NDArray[np.float64]:
    return group.cost.astype(float) - price * group.value.astype(float)


class States:
    """States of a dynamic programme over groups, with the way back to the options that made each of them."""

    def __init__(self, cost: NDArray, value: NDArray) -> None:
        self.cost, self.value = cost, value
        self._stages: list[tuple[NDArray[np.int32], NDArray[np.int32]]] = []

    def add(self, cost: NDArray, value: NDArray, parent: NDArray, option: NDArray) -> None:
        """Goes on with these candidates, of which those that others beat are left out."""
        keep = pareto(cost, value)
        self.cost, self.value = cost[keep], value[keep]
        self._stages.append((parent[keep].astype(np.int32), option[keep].astype(np.int32)))

    def options(self, state: int) -> list[int]:
        """The option of each group, in the order in which the groups were added, that leads to this state."""
        result = []
        for parent, option in reversed(self._stages):
            result.append(int(option[state]))
            state = int(parent[state])
        return result[::-1]


def _thinned(keep: NDArray[np.intp]) -> NDArray[np.intp]:
    return keep if len(keep) <= STATE_LIMIT else keep[np.linspace(0, len(keep) - 1, STATE_LIMIT).astype(np.intp)]


def _search(
    groups: Sequence[Group], reduced: Sequence[NDArray[np.float64]], window: float, target: int
) -> tuple[list[int] | None, bool]:
    """The best plan among those whose reduced costs add up to at most the window, None when none reaches the target;
    and whether all of them were seen."""
    complete = True
    open_options = [np.flatnonzero(r <= window) for r in reduced]
    result = [int(options[np.argmin(r[options])]) for options, r in zip(open_options, reduced, strict=True)]
    # Groups whose second option is dear come first: they leave few states for the others to multiply.
    active = sorted(
        (g for g, options in enumerate(open_options) if len(options) > 1),
        key=lambda g: -np.partition(reduced[g][open_options[g]], 1)[1],
    )
    fixed = set(range(len(groups))) - set(active)
    dtype = np.result_type(*(g.cost.dtype for g in groups), *(g.value.dtype for g in groups))
    cost = sum(int(groups[g].cost[result[g]]) for g in fixed)
    value = sum(int(groups[g].value[result[g]]) for g in fixed)
    states = States(np.array([cost], dtype), np.array([value], dtype))
    slack = np.zeros(1)
    best_left = sum(int(groups[g].value[open_options[g][-1]]) for g in active)
    for g in active:
        group, options = groups[g], open_options[g]
        best_left -= int(group.value[options[-1]])
        used = slack[:, None] + reduced[g][options]
        values = states.value[:, None] + group.value[options]
        parent, option = np.nonzero((used <= window) & np.asarray(values + best_left >= target, bool))
        if not len(parent):
            return None, complete
        costs = states.cost[parent] + group.cost[options[option]]
        values, used = values[parent, option], used[parent, option]
        front = pareto(costs, values)
        keep = _thinned(front)
        complete &= len(keep) == len(front)
        slack = used[keep]
        states.add(costs[keep], values[keep], parent[keep], options[option[keep]])
    reached = np.flatnonzero(np.asarray(states.value >= target, bool))
    if not len(reached):
        return None, complete
    for g, option in zip(active, states.options(int(reached[0])), strict=True):
        result[g] = option
    return result, complete


def _windows(gap: float, room: float) -> Iterator[float]:
    share = FIRST_WINDOW
    while share < 1:
        yield gap * share + 2 * room
        share *= 4
    yield gap + 2 * room


def cheapest(groups: Sequence[Group], target: int) -> tuple[int, ...] | None:
    """The option of each group with the least total cost among those whose total value is at least the target.

    Among equal costs the highest value (unless states had to be left out); among equals of both always the same one.
    None when the target cannot be reached. Raises TooManyStates.
    """
    if not groups:
        return () if target <= 0 else None
    groups = _fitting(groups)
    kept = [pareto(group.cost, group.value) for group in groups]
    fronts = [Group(group.cost[k], group.value[k]) for group, k in zip(groups, kept, strict=True)]
    if sum(int(g.value[-1]) for g in fronts) < target:
        return None
    if sum(int(g.value[0]) for g in fronts) >= target:
        return tuple(int(k[0]) for k in kept)
    return tuple(int(k[o]) for k, o in zip(kept, _cheapest_of_fronts(fronts, target), strict=True))


def _cheapest_of_fronts(fronts: Sequence[Group], target: int) -> list[int]:
    """As cheapest, of groups without beaten options, when the target can be reached but not by the cheapest options."""
    relaxation = _relax(fronts, target)
    reduced = [r - r.min() for r in (_reduced(g, relaxation.price) for g in fronts)]
    size = sum(float(abs(g.cost[-1])) + relaxation.price * float(abs(g.value[-1])) for g in fronts)
    room = ROUNDING_ROOM * (size + 1)
    gap = max(0.0, relaxation.highest - relaxation.lowest)
    for window in _windows(gap, room):
        chosen, complete = _search(fronts, reduced, window, target)
        if chosen is None and complete:
            continue
        cost = math.inf if chosen is None else sum(int(g.cost[o]) for g, o in zip(fronts, chosen, strict=True))
        # Plans that cost more than bound and window together may be beaten by one outside the window. Where states
        # were left out, a plan at the bound is still the cheapest, because costs are whole.
        proved = cost <= relaxation.lowest + window - room if complete else cost <= math.ceil(relaxation.lowest - room)
        if chosen is not None and proved:
            return chosen
        if not complete:
            raise TooManyStates(f"more than {STATE_LIMIT} states would be needed to prove the best plan")
    raise AssertionError("the widest window holds the relaxation's own plan, so it cannot be empty")


def most(groups: Sequence[Group], budget: int) -> tuple[int, ...] | None:
    """The option of each group with the highest total value among those whose total cost is at most the budget.

    Among equal values the least cost. None when even the cheapest options cost more. Raises TooManyStates.
    The mirror of cheapest: value given up is the cost, cost not spent is the value.
    """
    top_cost = sum(int(g.cost.max()) for g in groups)
    mirrored = [Group(g.value.max() - g.value, g.cost.max() - g.cost) for g in groups]
    return cheapest(mirrored, top_cost - budget)
