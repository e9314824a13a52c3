"""How far the plan's targets are met, from the provincial figures of a period."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assessment.province import ProvincialSnapshot
from criteria.catalogue import PlanTarget
from criteria.model import Criterion
from language import _
from scoring.engine import CellState

LAST_MONTH = 12
RANK_TARGET = "T39"
"""The national rank: the goal itself, measured by the ministry's publication, not by a criterion."""


class TargetState(StrEnum):
    """Where a target stands."""

    MET = "met"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    MISSING = "missing"
    NOT_DUE = "not_due"


def state_name(state: TargetState) -> str:
    """The state as it is written on screens and in papers."""
    return {
        TargetState.MET: _("Đã đạt"),
        TargetState.ON_TRACK: _("Đúng tiến độ"),
        TargetState.AT_RISK: _("Có nguy cơ không đạt"),
        TargetState.MISSING: _("Chưa có số liệu"),
        TargetState.NOT_DUE: _("Chưa đến kỳ số liệu"),
    }[state]


@dataclass(frozen=True)
class TargetStatus:
    """One target of the plan beside what was reached. value, start and expected are in the target's unit.

    start: the figure it set out from; expected: what a straight line from there to the target asks for at this month.
    criterion: the provincial component that measures it; None for the rank.
    complete: whether every unit that should report stands behind the figure.
    """

    target: PlanTarget
    state: TargetState
    value: float | None
    start: float | None
    expected: float | None
    criterion: Criterion | None
    complete: bool


def meets(target: PlanTarget, value: float) -> bool:
    """Whether a value meets the target by its comparator."""
    match target.comparator:
        case ">=":
            return value >= target.target
        case ">":
            return value > target.target
        case "<=":
            return value <= target.target
        case _:
            return value < target.target


def measured(snapshot: ProvincialSnapshot, criterion: Criterion) -> float | None:
    """The figure of a component in percent (a over b) or as it stands; None while it is missing or not due."""
    book, inputs = snapshot.book, snapshot.inputs
    if book.state[0, book.compiled.index_of[criterion.code]] != CellState.SCORED:
        return None
    columns = {key: i for (code, key), i in book.compiled.column_of.items() if code == criterion.code}
    if "b" in columns:
        b = float(inputs.values[0, columns["b"]])
        return float(inputs.values[0, columns["a"]]) / b * 100 if b else None
    return float(inputs.values[0, columns["value"]]) if "value" in columns else None


def _status(now: ProvincialSnapshot, earlier: Iterable[ProvincialSnapshot], target: PlanTarget) -> TargetStatus:
    criterion = next((c for c in now.criteria_set.criteria if c.plan_target == target.code), None)
    if criterion is None:
        return TargetStatus(target, TargetState.MISSING, None, None, None, None, complete=False)
    component = now.components_by_code.get(criterion.code)
    complete = component is None or all(c.complete for c in component.coverage)
    state = CellState(int(now.book.state[0, now.book.compiled.index_of[criterion.code]]))
    value = measured(now, criterion)
    if value is None:
        named = TargetState.NOT_DUE if state is CellState.NOT_DUE else TargetState.MISSING
        return TargetStatus(target, named, None, None, None, criterion, complete)
    start, expected = _line(now, earlier, target, criterion)
    if meets(target, value):
        named = TargetState.MET
    elif now.month < LAST_MONTH and expected is not None and value >= expected:
        named = TargetState.ON_TRACK
    else:
        named = TargetState.AT_RISK
    return TargetStatus(target, named, value, start, expected, criterion, complete)


def _line(
    now: ProvincialSnapshot, earlier: Iterable[ProvincialSnapshot], target: PlanTarget, criterion: Criterion
) -> tuple[float | None, float | None]:
    """Where the figure set out from (the end of last year, else the first figure of this one), and what is due now."""
    for snapshot in earlier:
        found = next((c for c in snapshot.criteria_set.criteria if c.plan_target == target.code), None)
        start = measured(snapshot, found) if found is not None else None
        if start is None:
            continue
        first = 0 if snapshot.period.year < now.period.year else snapshot.month
        if first >= now.month:
            break
        gone = (now.month - first) / (LAST_MONTH - first)
        return start, start + (target.target - start) * gone
    return None, None


def target_statuses(
    now: ProvincialSnapshot,
    earlier: Iterable[ProvincialSnapshot],
    targets: Sequence[PlanTarget],
    published_rank: int | None = None,
) -> tuple[TargetStatus, ...]:
    """Every target beside what the province reached, in the order of the plan.

    earlier: snapshots before this one, the oldest first, from the end of last year on; gone through once a target,
    and no further than to the first with a figure. published_rank: the national
    rank published for the year of the snapshot, None while it is not published.
    A target that is not met is on track when the figure is not below the straight line from where it set out to the
    target at the end of the year; at the end of the year it is met or not.
    """
    return tuple(
        _rank_status(t, published_rank) if t.code == RANK_TARGET else _status(now, earlier, t) for t in targets
    )


def _rank_status(target: PlanTarget, rank: int | None) -> TargetStatus:
    if rank is None:
        return TargetStatus(target, TargetState.NOT_DUE, None, None, None, None, complete=False)
    state = TargetState.MET if meets(target, rank) else TargetState.AT_RISK
    return TargetStatus(target, state, float(rank), None, None, None, complete=True)


def counts(statuses: Sequence[TargetStatus]) -> dict[TargetState, int]:
    """How many targets are in each state, every state named."""
    return {state: sum(s.state is state for s in statuses) for state in TargetState}
