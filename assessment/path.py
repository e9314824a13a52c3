"""The cheapest path of a period: what is wished for, what a plan must keep to, and the answers the screens draw."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal
from functools import cached_property
from typing import Literal

from assessment.baseline import index_fractions
from assessment.efforts import EffortScope, UsableEfforts, usable_efforts
from assessment.province import ProvincialSnapshot
from criteria.model import Criterion, Level
from data.efforts import CeilingRecord, EffortEdition
from language import _, format_number
from scoring.baseline import BaseLine
from scoring.grid import STEPS_PER_POINT
from scoring.outlook import OwnScore, Rivals
from scoring.path.base import Base
from scoring.path.improvements import open_steps
from scoring.path.knapsack import TooManyStates
from scoring.path.prices import ComponentPrice, Price, component_prices, price_list
from scoring.path.solver import PathModel
from scoring.path.stability import Stability, plan_stability
from scoring.path.values import (
    ConstraintCost,
    Constraints,
    OutOfReach,
    Plan,
    Selector,
    Step,
    Wish,
)
from scoring.rollup import Scored

PACES = 16
"""Points of the frontier of effort against chance."""
PLANS = 3
MOST_CORRECTIONS = 5
"""Times that a wish is raised when the base line cuts a main index at its end."""
FLOAT_DECIMALS = 12
"""Decimals of a national score that floats hold without doubt."""
SHARE_APART = 0.2
"""A second or third plan leaves out at least this share of the steps of every better one, so that it is another plan
and not the same with one step changed."""

WishKind = Literal["chance", "score", "budget"]


@dataclass(frozen=True)
class PathGround:
    """What every plan of a period stands on: its figures, the steps that are open, and what they take. Immutable."""

    snapshot: ProvincialSnapshot
    base: Base
    scope: EffortScope
    edition: EffortEdition
    efforts: UsableEfforts
    steps: tuple[Step, ...]

    @cached_property
    def level_of(self) -> Mapping[str, Level]:
        """Level of each criteria set by its id."""
        return {criteria_set.id: level for level, criteria_set in self.scope.sets.items()}

    @cached_property
    def prices(self) -> tuple[Price, ...]:
        """Every open step by national points per effort, best first."""
        return price_list(self.base, self.steps)

    @cached_property
    def component_prices(self) -> tuple[ComponentPrice, ...] | None:
        """Every open component by national points per effort, best first; None where the components cannot be told
        apart (a step moves several) or the efforts are too varied to work them out."""
        model = PathModel(self.base, self.steps)
        if not model.one_component_a_step:
            return None
        try:
            return component_prices(model)
        except TooManyStates:
            return None

    @cached_property
    def gain_alone(self) -> Mapping[Step, int]:
        """What each step wins of the total when it is the only one, in grid steps."""
        return {price.step: price.gain for price in self.prices}

    @cached_property
    def idle_ceilings(self) -> tuple[CeilingRecord, ...]:
        """Monthly ceilings of somebody who leads no open step, so that they hold nothing back."""
        owners = {step.effort.owner for step in self.steps}
        return tuple(c for c in self.edition.content.ceilings if c.owner is not None and c.owner not in owners)

    def criterion(self, step: Step) -> Criterion:
        """The criterion that a step improves."""
        return self.scope.sets[self.level_of[step.set_id]].by_code[step.criterion]

    def component(self, code: str) -> Criterion:
        """A provincial component."""
        return self.snapshot.criteria_set.by_code[code]

    @property
    def scale(self) -> float:
        """What the provincial set calls full marks; the published total is on a scale of 1."""
        return float(self.snapshot.criteria_set.top)


def path_ground(snapshot: ProvincialSnapshot, edition: EffortEdition) -> PathGround:
    """The ground of a period at a month. Raises ValueError when the stored figures do not add up to the province's."""
    sources = {own.criteria_set.id: Scored(own.inputs, own.book) for own in snapshot.levels.values()}
    references = {own.criteria_set.id: own.reference for own in snapshot.levels.values()}
    base, scope = Base(snapshot.inputs, sources, references), EffortScope.of(snapshot)
    efforts = usable_efforts(edition.content, scope)
    return PathGround(snapshot, base, scope, edition, efforts, open_steps(base, efforts.table))


@dataclass(frozen=True)
class PathConstraints:
    """What the user asks a plan to keep to. Criteria are named `level/code`.

    capacity: most effort of each unit in capacity_units (of every unit when that is empty). ceilings: whether the
    monthly ceilings of the effort table hold. compulsory: every unit that has an open step there takes one.
    """

    capacity: Decimal | None = None
    capacity_units: tuple[str, ...] = ()
    excluded_units: tuple[str, ...] = ()
    excluded_criteria: tuple[str, ...] = ()
    compulsory: tuple[str, ...] = ()
    most_projects: int | None = None
    ceilings: bool = True


@dataclass(frozen=True)
class PathWish:
    """What is wanted: a chance of the top 15 (0 to 1), a national score (0 to 1), or most points within a budget."""

    kind: WishKind
    value: Decimal

    def __post_init__(self) -> None:
        if self.kind == "budget":
            fits, wanted = self.value >= 0, _("một số từ 0 trở lên")
        elif self.kind == "chance":
            fits, wanted = 0 < self.value < 1, _("một tỷ lệ lớn hơn 0 % và nhỏ hơn 100 %")
        else:
            fits, wanted = 0 <= self.value <= 1, _("một số từ 0 đến 1")
        if not fits:
            raise ValueError(
                _("Mức mong muốn {value} không dùng được; cần {wanted}.").format(
                    value=format_number(float(self.value)), wanted=wanted
                )
            )


@dataclass(frozen=True)
class PathQuestion:
    """A wish with its constraints. apart: least share of steps that a second or third plan does not take over."""

    wish: PathWish
    constraints: PathConstraints = field(default_factory=PathConstraints)
    apart: float = SHARE_APART


@dataclass(frozen=True)
class Contest:
    """What a plan is measured by: our base line, the rivals, and how our own score is taken (noise, appraisal cut)."""

    base_line: BaseLine
    rivals: Rivals
    ours: OwnScore = field(default_factory=OwnScore)


@dataclass(frozen=True)
class NationalPlan:
    """A plan with what it means nationally. score: from 0 to 1, base line plus change. chance: of the top 15.

    chance_range: lowest and highest chance over the stated ranges of the assumptions, None when they were not drawn.
    """

    plan: Plan
    score: float
    chance: float
    chance_range: tuple[float, float] | None = None


@dataclass(frozen=True)
class Target:
    """What a wish asks for nationally. score: our score of the target year; change: against the base year.

    line: for a chance, the score of the 15th best of the other 62 that is not exceeded in so large a share of draws;
    the score is higher by what our own year may go worse than planned.
    """

    score: float
    change: float
    line: float | None = None


def capacities(ground: PathGround, asked: PathConstraints) -> Mapping[str, Decimal]:
    """Most effort by unit, for the units that have an open step."""
    if asked.capacity is None:
        return {}
    units = dict.fromkeys(step.unit for step in ground.steps)
    return {unit: asked.capacity for unit in units if not asked.capacity_units or unit in asked.capacity_units}


def _selector(ground: PathGround, named: str) -> Selector:
    level, _slash, code = named.partition("/")
    chosen = ground.scope.sets[level]  # type: ignore[index]
    return Selector(set_id=chosen.id, criterion=code)


def constraints_of(ground: PathGround, asked: PathConstraints) -> Constraints:
    """The constraints as the solver takes them. Raises KeyError for a level that the period does not have."""
    return Constraints(
        capacity=capacities(ground, asked),
        excluded=(
            *(Selector(unit=unit) for unit in asked.excluded_units),
            *(_selector(ground, named) for named in asked.excluded_criteria),
        ),
        compulsory=tuple(_selector(ground, named) for named in asked.compulsory),
        most_projects=asked.most_projects,
        ceilings=ground.efforts.ceilings if asked.ceilings else (),
    )


def path_model(ground: PathGround, asked: PathConstraints) -> PathModel:
    """The model of a ground under constraints; made once, asked often."""
    return PathModel(ground.base, ground.steps, constraints_of(ground, asked))


def national_plan(ground: PathGround, contest: Contest, plan: Plan) -> NationalPlan:
    """A plan re-scored by the engine and moved onto the base line; its chance among the rivals."""
    book = ground.base.rescored(plan.steps)
    before, after = index_fractions(ground.snapshot), index_fractions(replace(ground.snapshot, book=book))
    score = contest.base_line.total_of(contest.base_line.moved(before, after))
    return NationalPlan(plan, score, chance_after(contest, score), chance_range_after(contest, score))


def chance_after(contest: Contest, score: float) -> float:
    """Our chance of the top with this score of ours, before noise and cut."""
    return contest.rivals.chance(replace(contest.ours, change=score - contest.base_line.total))


def chance_range_after(contest: Contest, score: float) -> tuple[float, float] | None:
    """The same at either end of what the stated ranges of the assumptions leave open."""
    return contest.rivals.assumed_range(replace(contest.ours, change=score - contest.base_line.total))


def target_of(contest: Contest, wish: PathWish) -> Target | None:
    """What a wish asks for; None for a budget."""
    base = contest.base_line.total
    if wish.kind == "budget":
        return None
    if wish.kind == "score":
        return Target(float(wish.value), float(wish.value) - base)
    share = float(wish.value)
    change = contest.rivals.contest.needed_change(share, contest.ours)
    return Target(base + change, change, contest.rivals.needed((share,))[share])


@dataclass(frozen=True)
class Found:
    """The first answer: what was asked for, and the best plan or why there is none. wish: as the solver was asked."""

    target: Target | None
    wish: Wish
    best: NationalPlan | None
    out: OutOfReach | None
    furthest: NationalPlan | None


@dataclass(frozen=True)
class Progress:
    """A part of an answer that is ready, and how much of the work is done (0 to 1)."""

    part: Literal["found", "other", "costs", "stability", "frontier"]
    value: object
    done: float


def _solver_wish(ground: PathGround, change: float) -> Wish:
    """A change of the national score as a gain on the scale of the provincial set; nothing is won by less than 0.

    Rounded up to grid steps, after what a difference of two floats leaves behind is gone: a plan that wins exactly what
    is wished for is enough.
    """
    gain = round(Decimal(max(0.0, change)), FLOAT_DECIMALS) * Decimal(ground.scale)
    return Wish(gain=gain.quantize(1 / Decimal(STEPS_PER_POINT), ROUND_CEILING))


def find(ground: PathGround, model: PathModel, contest: Contest, question: PathQuestion) -> Found:
    """The best plan for a question, or why there is none.

    The base line holds every main index within 0 to 1. Where that cuts a part of a gain, the wish is raised by what is
    missing and asked again.
    """
    target = target_of(contest, question.wish)
    wish = Wish(budget=question.wish.value) if target is None else _solver_wish(ground, target.change)
    missing, best = 0.0, None
    for _attempt in range(MOST_CORRECTIONS):
        answer = model.answer(wish)
        if isinstance(answer, OutOfReach):
            furthest = None if answer.furthest is None else national_plan(ground, contest, answer.furthest)
            return Found(target, wish, None, answer, furthest)
        best = national_plan(ground, contest, answer)
        if target is None or best.score >= min(1.0, target.score) - 1 / STEPS_PER_POINT:
            break
        missing += target.score - best.score
        wish = _solver_wish(ground, target.change + missing)
    return Found(target, wish, best, None, None)


def _others(
    ground: PathGround, model: PathModel, contest: Contest, found: Found, apart: float
) -> Iterator[NationalPlan]:
    assert found.best is not None
    differ = max(1, round(apart * len(found.best.plan.steps)))
    plans = [found.best.plan]
    while len(plans) < PLANS and found.best.plan.steps:
        plan = model.plan(found.wish, plans, differ)
        if plan is None:
            return
        plans.append(plan)
        yield national_plan(ground, contest, plan)


def frontier(ground: PathGround, model: PathModel, contest: Contest, paces: int = PACES) -> Iterator[NationalPlan]:
    """Plans of least effort for totals in even paces from today's to the furthest, doing nothing first.

    A plan that answers several paces is given once.
    """
    last = Plan((), ground.base.total, ground.base.total, (), "dynamic programme")
    yield national_plan(ground, contest, last)
    for point in model.frontier(paces):
        if point.plan.steps != last.steps:
            yield national_plan(ground, contest, last := point.plan)


def _stability(model: PathModel, plan: Plan, wish: Wish) -> Stability | None:
    """How far a plan depends on our maxima; None where the fronts that this is worked out from cannot be made."""
    if not plan.steps or not model.one_component_a_step:
        return None
    try:
        return plan_stability(model, plan, wish)
    except TooManyStates:
        return None


def answer(ground: PathGround, model: PathModel, contest: Contest, question: PathQuestion) -> Iterator[Progress]:
    """The parts of an answer as they get ready, the plan first; whoever asks may stop after any of them."""
    found = find(ground, model, contest, question)
    yield Progress("found", found, 0.15)
    if found.best is not None:
        plan = found.best.plan
        stability = _stability(model, plan, found.wish)
        if stability is not None:
            yield Progress("stability", stability, 0.25)
        costs: list[ConstraintCost] = []
        for cost in model.constraint_costs(found.wish, plan):
            costs.append(cost)
            yield Progress("costs", tuple(costs), 0.3)
        for number, other in enumerate(_others(ground, model, contest, found, question.apart), 1):
            yield Progress("other", other, 0.3 + 0.15 * number)
    for number, point in enumerate(frontier(ground, model, contest)):
        yield Progress("frontier", point, 0.6 + 0.4 * number / PACES)


@dataclass(frozen=True)
class PathAnswer:
    """What is known of a question so far. complete: nothing more is coming."""

    ground: PathGround
    contest: Contest
    question: PathQuestion
    found: Found
    others: tuple[NationalPlan, ...] = ()
    costs: tuple[ConstraintCost, ...] = ()
    stability: Stability | None = None
    frontier: tuple[NationalPlan, ...] = ()
    complete: bool = False

    def with_part(self, progress: Progress) -> "PathAnswer":
        """The answer with one more part."""
        match progress.part, progress.value:
            case "other", NationalPlan() as plan:
                return replace(self, others=(*self.others, plan))
            case "frontier", NationalPlan() as plan:
                return replace(self, frontier=(*self.frontier, plan))
            case "stability", Stability() as stability:
                return replace(self, stability=stability)
            case "costs", tuple() as costs:
                return replace(self, costs=costs)
            case _:
                return self

    @cached_property
    def share_of(self) -> Mapping[Step, float | None]:
        """Share of the redrawn maxima in which each step of the best plan stays."""
        return {} if self.stability is None else {s.step: s.share for s in self.stability.steps}

    @cached_property
    def closing(self) -> frozenset[Step]:
        """Steps that the redrawn plans do not take under today's maxima either: they close the last gap of the best
        plan, and their share says little."""
        steps = () if self.stability is None else self.stability.steps
        return frozenset(s.step for s in steps if not s.with_stated_maxima)


def whole_answer(ground: PathGround, model: PathModel, contest: Contest, question: PathQuestion) -> PathAnswer:
    """The whole answer at once."""
    result: PathAnswer | None = None
    for part in answer(ground, model, contest, question):
        if isinstance(part.value, Found):
            result = PathAnswer(ground, contest, question, part.value)
        elif result is not None:
            result = result.with_part(part)
    assert result is not None
    return replace(result, complete=True)


@dataclass(frozen=True)
class Difference:
    """What another plan does that the best one does not, and the other way round."""

    only_here: tuple[Step, ...]
    only_best: tuple[Step, ...]


def difference(best: Plan, other: Plan) -> Difference:
    """Steps that only one of two plans takes, in the order of the plans."""
    in_best, in_other = set(best.steps), set(other.steps)
    return Difference(
        tuple(s for s in other.steps if s not in in_best), tuple(s for s in best.steps if s not in in_other)
    )


def by_owner(steps: Sequence[Step]) -> Mapping[str, tuple[Step, ...]]:
    """Steps by owner, the owner with the most effort first."""
    result: dict[str, list[Step]] = {}
    for step in steps:
        result.setdefault(step.effort.owner, []).append(step)
    total = {owner: sum(s.effort.amount for s in own) for owner, own in result.items()}
    return {owner: tuple(result[owner]) for owner in sorted(result, key=lambda o: (-total[o], o))}
