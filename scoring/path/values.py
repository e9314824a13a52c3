"""What a path is said in: steps with their effort, the wish, the constraints, and the plan that answers. All immutable."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Literal

from language import _, format_number
from scoring.steps import Change

MONTHS = tuple(range(1, 13))
SHARE_DECIMALS = 9
"""Decimals of a share of points that count: the exact points have as many."""

EffortMeasure = Literal["person_days", "million_dong"]


class StepLevel(StrEnum):
    """How far a step takes a criterion: its next band, the target of the plan, or full marks."""

    NEXT = "next"
    TARGET = "target"
    FULL = "full"


def _checked_months(months: Sequence[int]) -> None:
    if not months or len(set(months)) != len(months) or not set(months) <= set(MONTHS):
        raise ValueError(
            _(
                "Các tháng thực hiện {months} không dùng được; cần ít nhất một tháng, mỗi tháng từ 1 đến 12 một lần."
            ).format(months=", ".join(map(str, months)))
        )


def _checked_amount(amount: Decimal, what: str) -> None:
    if not amount.is_finite() or amount < 0:
        raise ValueError(_("{what} là {amount}; cần một số từ 0 trở lên.").format(what=what, amount=amount))


@dataclass(frozen=True)
class Effort:
    """What a step takes: how much in all, who carries it, in which months (in equal parts), as part of which project.

    is_default: whether the amount comes from the default rule and not from a row that the office wrote.
    """

    amount: Decimal
    owner: str
    months: tuple[int, ...]
    project: str
    is_default: bool

    @property
    def monthly(self) -> Fraction:
        """The part of each of its months."""
        return Fraction(self.amount) / len(self.months)


@dataclass(frozen=True)
class EffortRow:
    """One row of the office's effort table: a total, not an increment on the level below.

    unit: None for all units of the set. owner: None for the unit itself. months: None for those of the default rule.
    project: steps of one project count once where projects are limited; empty for a project of its own.
    """

    set_id: str
    criterion: str
    level: StepLevel
    amount: Decimal
    unit: str | None = None
    owner: str | None = None
    months: tuple[int, ...] | None = None
    project: str = ""

    def __post_init__(self) -> None:
        _checked_amount(self.amount, _("Nguồn lực của {code}").format(code=self.criterion))
        if self.months is not None:
            _checked_months(self.months)


@dataclass(frozen=True)
class DefaultEffort:
    """The one plain rule for steps without a row: so much for all of a criterion's points, in proportion to the share
    that the step gains, in whole numbers and at least `least`.

    Source: an assumption to start from; screens show it as default until the office has written its own rows.
    """

    for_all_points: int = 20
    least: int = 1
    months: tuple[int, ...] = MONTHS

    def __post_init__(self) -> None:
        _checked_months(self.months)
        if self.least < 0 or self.for_all_points < 0:
            raise ValueError(_("Nguồn lực mặc định không thể âm; hãy cho các số từ 0 trở lên."))

    def amount(self, gained: float) -> Decimal:
        """The effort of a step that gains this share of the unit's own points."""
        # A share such as 1 - 0.7 lies a little above 0.3; that little is no day of work.
        needed = math.ceil(round(gained * self.for_all_points, SHARE_DECIMALS))
        return Decimal(max(self.least, needed))


@dataclass(frozen=True)
class EffortTable:
    """Effort of every step: the office's rows, and the default rule for the rest.

    Raises ValueError when two rows speak of the same step.
    """

    rows: tuple[EffortRow, ...] = ()
    default: DefaultEffort = field(default_factory=DefaultEffort)
    measure: EffortMeasure = "person_days"

    def __post_init__(self) -> None:
        if len(self._row_of) != len(self.rows):
            keys = [(r.set_id, r.unit, r.criterion, r.level) for r in self.rows]
            twice = next(k for i, k in enumerate(keys) if k in keys[:i])
            raise ValueError(
                _("Bảng nguồn lực có hai dòng cho cùng một bước {code}, mức {level}; hãy giữ một dòng.").format(
                    code=f"{twice[0]}/{twice[2]}", level=twice[3]
                )
            )

    @cached_property
    def _row_of(self) -> Mapping[tuple[str, str | None, str, StepLevel], EffortRow]:
        return {(r.set_id, r.unit, r.criterion, r.level): r for r in self.rows}

    def effort_of(self, set_id: str, unit: str, criterion: str, level: StepLevel, gained: float) -> Effort:
        """Effort of one step: the unit's own row, else the row for all units, else the default rule.

        gained: share of the unit's own points that the step gains.
        """
        own = f"{set_id}/{unit}/{criterion}"
        row = self._row_of.get((set_id, unit, criterion, level)) or self._row_of.get((set_id, None, criterion, level))
        if row is None:
            return Effort(self.default.amount(gained), unit, self.default.months, own, True)
        return Effort(row.amount, row.owner or unit, row.months or self.default.months, row.project or own, False)


@dataclass(frozen=True)
class Step:
    """One way to improve one criterion of one unit; of the steps of a unit's criterion at most one is taken.

    changes: the inputs it changes, from today's values. gains: by code of the provincial component, how far its
    summed figure moves forward (for components that are typed at provincial level: grid steps of its points).
    """

    set_id: str
    unit: str
    criterion: str
    level: StepLevel
    changes: tuple[Change, ...]
    effort: Effort
    gains: tuple[tuple[str, float], ...]

    @property
    def group(self) -> tuple[str, str, str]:
        """The unit's criterion: at most one step of it is taken."""
        return self.set_id, self.unit, self.criterion


@dataclass(frozen=True)
class Wish:
    """What is wanted: a total at least this high, so much more than today, or most points within a budget.

    Exactly one is given. total and gain are on the scale of the provincial set and are held against the total before
    it is rounded to the published decimals. A chance of the top 15 is a wish for the total (or gain) that it needs.
    Raises ValueError otherwise.
    """

    total: Decimal | None = None
    gain: Decimal | None = None
    budget: Decimal | None = None

    def __post_init__(self) -> None:
        given = [x for x in (self.total, self.gain, self.budget) if x is not None]
        if len(given) != 1 or not given[0].is_finite():
            raise ValueError(_("Cần đúng một mong muốn: tổng điểm, số điểm tăng thêm hoặc nguồn lực tối đa."))
        if self.budget is not None:
            _checked_amount(self.budget, _("Nguồn lực tối đa"))


@dataclass(frozen=True)
class Selector:
    """Steps that a constraint speaks of; what is None fits all."""

    set_id: str | None = None
    unit: str | None = None
    criterion: str | None = None
    level: StepLevel | None = None

    def fits(self, step: Step) -> bool:
        """Whether the step is meant."""
        wanted = (self.set_id, self.unit, self.criterion, self.level)
        own = (step.set_id, step.unit, step.criterion, step.level)
        return all(w is None or w == o for w, o in zip(wanted, own, strict=True))


@dataclass(frozen=True)
class Ceiling:
    """Most effort in one month, of one owner or of all together (owner None)."""

    month: int
    amount: Decimal
    owner: str | None = None

    def __post_init__(self) -> None:
        _checked_months((self.month,))
        _checked_amount(self.amount, _("Mức trần tháng {month}").format(month=format_number(self.month)))


@dataclass(frozen=True)
class Constraints:
    """What a plan must keep to.

    capacity: most effort by unit. excluded: steps that may not be taken. compulsory: every unit's criterion that a
    selector fits takes one of the steps that it fits (a criterion without an open step has nothing to do).
    most_projects: at most so many projects; a step without a named project is one of its own. ceilings: by month.
    """

    capacity: Mapping[str, Decimal] = field(default_factory=dict)
    excluded: tuple[Selector, ...] = ()
    compulsory: tuple[Selector, ...] = ()
    most_projects: int | None = None
    ceilings: tuple[Ceiling, ...] = ()

    def __post_init__(self) -> None:
        for unit, amount in self.capacity.items():
            _checked_amount(amount, _("Nguồn lực của đơn vị {unit}").format(unit=unit))
        if self.most_projects is not None and self.most_projects < 0:
            raise ValueError(_("Số dự án tối đa là {n}; cần một số từ 0 trở lên.").format(n=self.most_projects))


@dataclass(frozen=True)
class ComponentChange:
    """A provincial component before and after, in grid steps."""

    code: str
    before: int
    after: int


@dataclass(frozen=True)
class Plan:
    """Chosen steps and what they bring, scored again by the engine.

    before, after: the provincial total in grid steps, before rounding to the published decimals. components: those
    whose points change. method: how the best plan was found.
    """

    steps: tuple[Step, ...]
    before: int
    after: int
    components: tuple[ComponentChange, ...]
    method: Literal["dynamic programme", "integer programme"]

    @property
    def gain(self) -> int:
        """Grid steps of the total that are won."""
        return self.after - self.before

    @cached_property
    def effort(self) -> Decimal:
        """Effort of all steps together."""
        return sum((s.effort.amount for s in self.steps), Decimal(0))

    @cached_property
    def by_owner(self) -> Mapping[str, Decimal]:
        """Effort by owner, in the order of the steps."""
        result: dict[str, Decimal] = {}
        for step in self.steps:
            result[step.effort.owner] = result.get(step.effort.owner, Decimal(0)) + step.effort.amount
        return result

    @cached_property
    def by_owner_and_month(self) -> Mapping[tuple[str, int], Fraction]:
        """Effort by owner and month; each step in equal parts over its months."""
        result: dict[tuple[str, int], Fraction] = {}
        for step in self.steps:
            for month in step.effort.months:
                key = step.effort.owner, month
                result[key] = result.get(key, Fraction(0)) + step.effort.monthly
        return result

    @cached_property
    def by_month(self) -> Mapping[int, Fraction]:
        """Effort by month, January first."""
        result: dict[int, Fraction] = {}
        for (_owner, month), amount in sorted(self.by_owner_and_month.items(), key=lambda item: item[0][1]):
            result[month] = result.get(month, Fraction(0)) + amount
        return result


@dataclass(frozen=True)
class FrontierPoint:
    """One point of effort against points: a plan of least effort, and what its total is worth where that was asked."""

    plan: Plan
    chance: float | None


ConstraintKind = Literal["budget", "capacity", "excluded", "compulsory", "most_projects", "ceilings"]


@dataclass(frozen=True)
class Binding:
    """A constraint that stands in the way: how far one gets without it (None: nowhere, others forbid any plan).

    subjects: of capacities the units, of ceilings `owner/month` or the month, that have no room left for a further step.
    """

    kind: ConstraintKind
    reachable: int | None
    enough: bool
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConstraintCost:
    """What a constraint costs a plan that can be met: the best plan without it, None where it costs nothing."""

    kind: ConstraintKind
    freed: Plan | None


@dataclass(frozen=True)
class OutOfReach:
    """Why a wish cannot be met: what it needs, how far one gets with which plan, and which constraints bind.

    needed: grid steps of the total; None for a budget that the compulsory steps exceed. furthest: the plan with the
    most points that keeps to all constraints; None when there is no such plan at all. binding: what would help most
    comes first; empty when every open step together is not enough.
    """

    needed: int | None
    furthest: Plan | None
    binding: tuple[Binding, ...]
