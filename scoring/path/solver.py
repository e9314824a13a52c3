"""The cheapest path: which steps bring the wished points at the least effort, and what stands in the way.

Where every step moves one component and nothing couples the units, the answer comes from an exact dynamic programme:
a front per component, then one place on each front. Otherwise an integer programme answers. Either way the engine
scores the answer again before it is given; an answer that does not hold is cut off and the search goes on.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import Literal

import numpy as np

from scoring.engine import total_of
from scoring.grid import STEPS_PER_POINT
from scoring.path.base import Base
from scoring.path.fronts import Front, Option, front
from scoring.path.knapsack import TooManyStates, cheapest, most
from scoring.path.limits import Limit, limits_of
from scoring.path.programme import HALF, ROOM, Programme, Row, Summed, count_row
from scoring.path.values import (
    Binding,
    ComponentChange,
    ConstraintCost,
    ConstraintKind,
    Constraints,
    FrontierPoint,
    OutOfReach,
    Plan,
    Step,
    Wish,
)

MOST_CUTS = 200
"""Answers that may fail the exact check before something must be wrong."""
NOTHING = -1
_ZERO = Decimal(0)
ALL_KINDS: tuple[ConstraintKind, ...] = ("budget", "capacity", "ceilings", "most_projects", "excluded", "compulsory")

Method = Literal["dynamic programme", "integer programme"]


def in_points(grid_steps: int) -> Decimal:
    """Grid steps as an exact number of points."""
    return Decimal(grid_steps) / STEPS_PER_POINT


def whole_efforts(amounts: Iterable[Fraction]) -> tuple[list[int], int]:
    """The amounts as whole numbers of one small unit, and how many of those make one."""
    exact = list(amounts)
    unit = math.lcm(*(a.denominator for a in exact)) if exact else 1
    return [int(a * unit) for a in exact], unit


class PathModel:
    """Open steps, what they move and what a plan must keep to; made once, asked often. Never changed.

    steps: as open_steps gives them. Fronts are worked out when they are first needed and kept.
    """

    def __init__(self, base: Base, steps: Sequence[Step], constraints: Constraints | None = None) -> None:
        self.base = base
        self.constraints = constraints or Constraints()
        self.all_steps = tuple(steps)
        allowed = (s for s in self.all_steps if not any(x.fits(s) for x in self.constraints.excluded))
        self.steps = tuple(allowed)
        self.efforts, self.unit = whole_efforts(Fraction(s.effort.amount) for s in self.steps)
        self.limits = limits_of(self.steps, self.constraints)

    @cached_property
    def groups(self) -> Mapping[tuple[str, str, str], tuple[int, ...]]:
        """Numbers of the steps of each unit's criterion; of a compulsory one only those that answer the demand."""
        result: dict[tuple[str, str, str], list[int]] = {}
        for i, step in enumerate(self.steps):
            result.setdefault(step.group, []).append(i)
        for selector in self.constraints.compulsory:
            for key in {s.group for s in self.all_steps if selector.fits(s)}:
                result[key] = [i for i in result.get(key, ()) if selector.fits(self.steps[i])]
        return {key: tuple(own) for key, own in result.items()}

    @cached_property
    def compulsory(self) -> frozenset[tuple[str, str, str]]:
        """Units' criteria that must take a step."""
        wanted = self.constraints.compulsory
        return frozenset(s.group for s in self.all_steps if any(x.fits(s) for x in wanted))

    @property
    def contradictory(self) -> bool:
        """Whether a compulsory criterion has no step left that is not excluded."""
        return any(not self.groups[key] for key in self.compulsory)

    @property
    def separable(self) -> bool:
        """Whether every step moves one component and nothing couples the units."""
        coupled = self.limits or self.constraints.most_projects is not None
        return not coupled and self.one_component_a_step

    @cached_property
    def one_component_a_step(self) -> bool:
        """Whether every step moves one component, so that each component has a front of its own."""
        return all(len(step.gains) == 1 for step in self.steps)

    # The dynamic programme

    @cached_property
    def fronts(self) -> Mapping[str, Front]:
        """The front of each component that a step moves. Raises as fronts_with does."""
        return self.fronts_with(self.efforts)

    def fronts_with(self, efforts: Sequence[int]) -> Mapping[str, Front]:
        """The fronts under other whole efforts of the steps. Raises ValueError when a step moves several components,
        TooManyStates when efforts are too varied."""
        if any(len(step.gains) != 1 for step in self.steps):
            raise ValueError("a step moves several components; their fronts cannot be told apart")
        by_component: dict[str, list[list[Option]]] = {}
        for key, own in self.groups.items():
            if not own:
                continue
            options = [] if key in self.compulsory else [Option(NOTHING, 0, 0.0)]
            options += [Option(i, efforts[i], self.steps[i].gains[0][1]) for i in own]
            by_component.setdefault(self.steps[own[0]].gains[0][0], []).append(options)
        return {code: front(self.base.components[code], by_component[code]) for code in by_component}

    @cached_property
    def _front_start(self) -> int:
        """Points of the components that have a front, as they stand."""
        return sum(self.base.components[code].start_points for code in self.fronts)

    def _by_fronts(self, wish: Wish) -> list[int] | None:
        groups = [f.group for f in self.fronts.values()]
        if wish.budget is not None:
            chosen = most(groups, math.floor(Fraction(wish.budget) * self.unit))
        else:
            chosen = cheapest(groups, self._front_start + self.points_to_win(wish))
        if chosen is None:
            return None
        fronts = zip(self.fronts.values(), chosen, strict=True)
        return sorted(chain.from_iterable(f.steps(place) for f, place in fronts))

    # The integer programme

    @cached_property
    def _programme(self) -> Programme:
        keys = {key: g for g, key in enumerate(self.groups)}
        projects: dict[str, list[int]] = {}
        for i, step in enumerate(self.steps):
            projects.setdefault(step.effort.project, []).append(i)
        usable = set(chain.from_iterable(self.groups.values()))
        shut = set(range(len(self.steps))) - usable
        rows = [count_row(self.groups[key], low=1.0) for key in sorted(self.compulsory)]
        rows += [count_row(shut, high=0.0)] if shut else []
        rows += [
            Row(np.array(x.steps, np.intp), np.array(x.whole[0], float), high=x.whole[1] + HALF) for x in self.limits
        ]
        return Programme(
            np.array(self.efforts, float),
            np.array([keys[s.group] for s in self.steps], np.intp),
            tuple(self._summed.values()),
            tuple(np.array(own, np.intp) for own in projects.values()),
            self.constraints.most_projects,
            tuple(rows),
        )

    @cached_property
    def _summed(self) -> Mapping[str, Summed]:
        moved: dict[str, list[tuple[int, float]]] = {}
        for i, step in enumerate(self.steps):
            for code, gain in step.gains:
                moved.setdefault(code, []).append((i, gain))
        return {code: self._component(code, own) for code, own in moved.items()}

    def _component(self, code: str, moved: Sequence[tuple[int, float]]) -> Summed:
        component = self.base.components[code]
        steps, gains = zip(*moved, strict=True)
        return Summed(
            np.array(steps, np.intp), np.array(gains), component.shape_in_points,
            component.start_points / STEPS_PER_POINT, component.maximum / STEPS_PER_POINT,
        )  # fmt: skip

    def _by_programme(self, wish: Wish, cuts: Sequence[Row]) -> list[int] | None:
        programme = self._programme.with_rows(cuts)
        now = sum(x.start for x in self._summed.values())
        if wish.budget is None:
            found = programme.least_effort(now + self.points_to_win(wish) / STEPS_PER_POINT)
            return None if found is None else found.tolist()
        budget = Row(
            np.arange(len(self.steps)),
            np.array(self.efforts, float),
            high=math.floor(Fraction(wish.budget) * self.unit) + HALF,
        )
        return self._most_points(programme.with_rows([budget]))

    def _most_points(self, programme: Programme) -> list[int] | None:
        """The plan with the most points, and among those the one with the least effort.

        Where the engine gives a plan fewer points than the solver saw in it, the plan is kept in mind and cut off, until
        the solver sees nothing better than what the engine has confirmed.
        """
        now = self._points([])
        start = sum(x.start for x in self._summed.values())
        best: list[int] | None = None
        won = -math.inf
        for _attempt in range(MOST_CUTS):
            found = programme.most_points()
            if found is None:
                break
            steps = found[0].tolist()
            confirmed = (self._points(steps) - now) / STEPS_PER_POINT
            if confirmed > won:
                best, won = steps, confirmed
            if found[1] - start <= won + ROOM:
                break
            programme = programme.with_rows([self._other_plan(steps)])
        if best is None:
            return None
        leanest = programme.least_effort(start + won)
        if leanest is not None and (self._points(leanest.tolist()) - now) / STEPS_PER_POINT >= won:
            best = leanest.tolist()
        return best

    def _other_plan(self, chosen: Sequence[int]) -> Row:
        """Any plan but this one."""
        taken = np.isin(np.arange(len(self.steps)), chosen)
        return Row(np.arange(len(self.steps)), np.where(taken, -1.0, 1.0), low=1.0 - len(chosen))

    # What an answer is held against

    def _rescored(self, chosen: Sequence[int]) -> tuple[int, np.ndarray]:
        book = self.base.rescored(self.steps[i] for i in chosen)
        return int(book.total[0]), book.points[0]

    def _points(self, chosen: Sequence[int]) -> int:
        """Grid steps of all scored components together after the steps, by the engine."""
        scored = self.base.province.compiled.of_kind("scored")
        return int(self._rescored(chosen)[1][scored].sum())

    def needed_total(self, wish: Wish) -> int | None:
        """The total that a wish asks for, in grid steps; None for a budget."""
        if wish.total is not None:
            return -math.floor(-Fraction(wish.total) * STEPS_PER_POINT)
        if wish.gain is not None:
            return self.base.total - math.floor(-Fraction(wish.gain) * STEPS_PER_POINT)
        return None

    def points_to_win(self, wish: Wish) -> int:
        """Grid steps that the components must win together so that the converted total reaches the wish.

        The total after not-applicable conversion, adjustments and clamp rises with the points, so bisection finds the
        least that does; one more than there is to win when nothing does.
        """
        needed = self.needed_total(wish)
        assert needed is not None
        book = self.base.book
        row = np.flatnonzero(book.compiled.of_kind("scored"))[0]

        def total(won: int) -> float:
            points = book.points.copy()
            points[0, row] += won
            return float(total_of(book.compiled, points, book.maxima)[0])

        low, high = 0, int((book.maxima - book.points)[0, book.compiled.of_kind("scored")].sum())
        if total(high) < needed:
            return high + 1
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if total(middle) >= needed else (middle + 1, high)
        return low

    def _plan(self, chosen: Sequence[int], method: Method) -> Plan:
        after, points = self._rescored(chosen)
        before = self.base.book.points[0]
        codes = self.base.province.compiled.codes
        moved = np.flatnonzero(points != before)
        changes = tuple(ComponentChange(codes[c], int(before[c]), int(points[c])) for c in moved)
        return Plan(tuple(self.steps[i] for i in chosen), self.base.total, after, changes, method)

    # Answers

    def plan(self, wish: Wish, others: Sequence[Plan] = (), differ: int = 1) -> Plan | None:
        """The best plan, scored again; None when there is none.

        others: plans to differ from: of each, at least `differ` steps (all, if it has fewer) are not taken. For a total or a gain the plan
        with the least effort; for a budget the one with the most points, and among those with the least effort.
        """
        if self.contradictory:
            return None
        cuts = [self._other_than(plan, differ) for plan in others]
        if self.separable and not cuts:
            try:
                chosen = self._by_fronts(wish)
            except TooManyStates:
                pass
            else:
                if chosen is None or self._holds(chosen, wish):
                    return None if chosen is None else self._plan(chosen, "dynamic programme")
        for _attempt in range(MOST_CUTS):
            chosen = self._by_programme(wish, cuts)
            if chosen is None or self._holds(chosen, wish):
                return None if chosen is None else self._plan(chosen, "integer programme")
            cuts.append(self._cut(chosen, wish))
        raise RuntimeError(f"{MOST_CUTS} plans in turn did not hold when they were checked exactly")

    def _holds(self, chosen: Sequence[int], wish: Wish) -> bool:
        needed = self.needed_total(wish)
        reaches = needed is None or self._rescored(chosen)[0] >= needed
        return reaches and not self._overrun(chosen, wish)

    def _overrun(self, chosen: Sequence[int], wish: Wish) -> Sequence[int] | None:
        """The chosen steps that together exceed a limit or the budget; None when all keep to them."""
        if wish.budget is not None and sum(Fraction(self.steps[i].effort.amount) for i in chosen) > wish.budget:
            return chosen
        own = (x for x in self.limits if x.spent(chosen) > x.most)
        return next(([i for i in chosen if i in x.steps] for x in own), None)

    def _cut(self, chosen: Sequence[int], wish: Wish) -> Row:
        """What cuts off an answer that floating point let through: it took too much, or it won too little, and then a
        plan needs something that is not in it (or, where a step may also do harm, is just another plan)."""
        overrun = self._overrun(chosen, wish)
        if overrun is not None:
            return count_row(overrun, high=len(overrun) - 1.0)
        if any(gain < 0 for step in self.steps for _code, gain in step.gains):
            return self._other_plan(chosen)
        weaker: set[int] = set()
        for i in chosen:
            gains = dict(self.steps[i].gains)
            for other in self.groups[self.steps[i].group]:
                if all(gain <= gains.get(code, 0.0) for code, gain in self.steps[other].gains):
                    weaker.add(other)
        return count_row(set(range(len(self.steps))) - weaker, low=1.0)

    def _other_than(self, plan: Plan, differ: int) -> Row:
        number = {step: i for i, step in enumerate(self.steps)}
        own = [number[step] for step in plan.steps if step in number]
        return count_row(own, high=float(len(plan.steps) - max(1, min(differ, len(plan.steps)))))

    def alternatives(self, wish: Wish, count: int = 3, differ: int = 1) -> Iterator[Plan]:
        """The best, second best, third best … plan, one at a time: each leaves out at least `differ` steps of every
        better one, so that none is a better plan with something added."""
        found: list[Plan] = []
        while len(found) < count:
            plan = self.plan(wish, found, differ)
            if plan is None:
                return
            yield plan
            found.append(plan)

    @cached_property
    def _furthest(self) -> Plan | None:
        return self.plan(Wish(budget=sum((s.effort.amount for s in self.steps), start=_ZERO)))

    def furthest(self) -> Plan | None:
        """The plan with the most points that keeps to all constraints; None when there is no plan at all."""
        return self._furthest

    def answer(self, wish: Wish) -> Plan | OutOfReach:
        """The best plan, or why there is none, which constraints bind and how far one can get."""
        plan = self.plan(wish)
        return plan if plan is not None else self._out_of_reach(wish)

    def constraint_costs(self, wish: Wish, plan: Plan) -> Iterator[ConstraintCost]:
        """For each kind of constraint that there is, what the plan for this wish would be without it.

        For a total or a gain the effort that it saves counts, for a budget the points that it wins.
        """
        for kind in ALL_KINDS:
            model = self._without(kind)
            if model is None:
                continue
            freed = model.plan(wish)
            better = freed is not None and (
                freed.effort < plan.effort
                if wish.budget is None
                else (freed.after, -freed.effort) > (plan.after, -plan.effort)
            )
            yield ConstraintCost(kind, freed if better else None)

    def frontier(self, paces: int = 20, chance: Callable[[Decimal], float] | None = None) -> Iterator[FrontierPoint]:
        """Plans of least effort for totals in even paces from today's to the furthest that can be reached.

        chance: what a total in points is worth, such as the chance of the top 15; asked once per plan.
        """
        furthest = self.furthest()
        if furthest is None:
            return
        for k in range(1, paces + 1):
            total = self.base.total + (furthest.after - self.base.total) * k // paces
            plan = self.plan(Wish(total=in_points(total)))
            if plan is not None:
                yield FrontierPoint(plan, None if chance is None else chance(in_points(plan.after)))

    # Out of reach

    def _without(self, kind: ConstraintKind) -> "PathModel | None":
        """The model without one kind of constraint; None when there is none of it."""
        empty = {"capacity": {}, "ceilings": (), "most_projects": None, "excluded": (), "compulsory": ()}
        if kind == "budget" or getattr(self.constraints, kind) == empty[kind]:
            return None
        return PathModel(self.base, self.all_steps, replace(self.constraints, **{kind: empty[kind]}))

    def _out_of_reach(self, wish: Wish) -> OutOfReach:
        needed, furthest = self.needed_total(wish), self.furthest()
        reached = None if furthest is None else furthest.after
        binding: list[Binding] = []
        if wish.budget is not None and furthest is not None:
            binding.append(Binding("budget", reached, True))
        for kind in ALL_KINDS:
            model = self._without(kind)
            if model is None:
                continue
            freed = model.plan(wish) if needed is None else model.furthest()
            if freed is None or (reached is not None and needed is not None and freed.after <= reached):
                continue
            enough = needed is None or freed.after >= needed
            binding.append(Binding(kind, freed.after, enough, self._tight(kind, furthest)))
        binding.sort(key=lambda b: (not b.enough, -(b.reachable or 0)))
        return OutOfReach(needed, furthest, tuple(binding))

    def _tight(self, kind: ConstraintKind, furthest: Plan | None) -> tuple[str, ...]:
        """Capacities or ceilings of one kind that leave no room for a step that the plan does not take."""
        number = {step: i for i, step in enumerate(self.steps)}
        taken = [] if furthest is None else [number[step] for step in furthest.steps]
        return tuple(limit.subject for limit in self.limits if limit.kind == kind and self._is_tight(limit, taken))

    def _is_tight(self, limit: Limit, taken: Sequence[int]) -> bool:
        done = {self.steps[i].group for i in taken}
        left = limit.most - limit.spent(taken)
        open_steps = [a for i, a in zip(limit.steps, limit.amounts, strict=True) if self.steps[i].group not in done]
        return bool(open_steps) and max(open_steps) > left
