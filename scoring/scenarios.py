"""What-if scenarios: a small table of overrides on figures that never change, and what the engine makes of them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from criteria.model import BandSteps, BestRelative, Count, CriteriaSet, Criterion, Level, MinMax, Ratio
from language import _, format_number, format_percent
from scoring.compiled import CompiledSet, compile_set
from scoring.engine import CellState, Fractions, ScoreBook, score, score_fractions
from scoring.inputs import Inputs, ValueFault, encode
from scoring.national import INDEX_WEIGHTS
from scoring.outlook.assumptions import MOVING, AppraisalCut, Pace
from scoring.rollup import Scored, roll_up

MOST_FACTOR = 10.0
"""A weight is changed by a factor from 0 to this."""
_NEAR = 1e-9
"""A share written in decimals times a whole number may miss a whole number by so much in binary."""


@dataclass(frozen=True)
class InputChange:
    """One input of one unit, as it would be reported."""

    level: Level
    unit: str
    criterion: str
    key: str
    value: float | str
    kind: Literal["input"] = "input"


@dataclass(frozen=True)
class TargetChange:
    """A level that one unit, or every unit of a ranking list, reaches in a criterion.

    target: a / b for ratios, the value itself for counts. It raises (lowers, where less is better) who has not
    reached it and leaves the others alone; exact sets it for everybody. Of the province it is the component after
    the roll-up.
    """

    level: Level
    scope: Literal["unit", "list"]
    where: str
    criterion: str
    target: float
    exact: bool = False
    kind: Literal["target"] = "target"


@dataclass(frozen=True)
class ComponentShare:
    """A provincial component at a share of its maximum, whatever its figures are."""

    criterion: str
    share: float
    kind: Literal["share"] = "share"


@dataclass(frozen=True)
class IndexScore:
    """A main index of the province at a score from 0 to 1, whatever its components are."""

    index: str
    score: float
    kind: Literal["index"] = "index"


@dataclass(frozen=True)
class WeightFactor:
    """The maximum points of a criterion, or of all criteria of a group, times a factor."""

    level: Level
    node: str
    factor: float
    kind: Literal["weight"] = "weight"


Override = InputChange | TargetChange | ComponentShare | IndexScore | WeightFactor


@dataclass(frozen=True)
class Scenario:
    """Overrides on a base, what rivals do, and what appraisal takes from our own gain. Immutable."""

    overrides: tuple[Override, ...] = ()
    pace: Pace = MOVING
    cut: AppraisalCut = field(default_factory=AppraisalCut)

    def replace(self, **changes: object) -> "Scenario":
        """A copy with other values; this one stays as it is."""
        return replace(self, **changes)  # pyright: ignore[reportArgumentType]


@dataclass(frozen=True)
class RowFault:
    """What is wrong with an override: its row from 1, 0 for the scenario as a whole, and a sentence."""

    row: int
    message: str

    def __str__(self) -> str:
        return _("Dòng {row}: {message}").format(row=self.row, message=self.message) if self.row else self.message


class ScenarioRefusedError(ValueError):
    """Overrides that cannot be: every fault by row. Nothing was computed."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, eq=False)
class LevelBase:
    """A level as it stands. reference: (units,) who stands in the set's reference list. lists: rows by list code."""

    inputs: Inputs
    book: ScoreBook
    reference: NDArray[np.bool_]
    lists: Mapping[str, NDArray[np.intp]]


@dataclass(frozen=True, eq=False)
class ScenarioBase:
    """What a scenario starts from: the units' levels and the province (one row) with their roll-up in it."""

    levels: Mapping[Level, LevelBase]
    province: Inputs
    book: ScoreBook

    @cached_property
    def sources(self) -> Mapping[str, Scored]:
        """The levels by the id of their set, as the roll-up asks for them."""
        return {b.book.criteria_set.id: Scored(b.inputs, b.book) for b in self.levels.values()}

    @cached_property
    def main_indices(self) -> Mapping[str, float]:
        """The provincial main indices as fractions."""
        return main_index_fractions(self.book)


def main_index_fractions(book: ScoreBook) -> dict[str, float]:
    """Main indices of the province (the book's first row) as fractions of their maxima, NaN where nothing is applicable."""
    return {
        group.code: float(converted / full) if full else math.nan
        for group, converted, full in zip(
            book.criteria_set.groups, book.group_converted[0], book.group_full, strict=True
        )
        if group.code in INDEX_WEIGHTS
    }


@dataclass(frozen=True)
class UnitOutcome:
    """A unit before and after: totals in grid steps (NaN without a score), ranks within its list (0 without one)."""

    level: Level
    unit: str
    list_code: str
    total_before: float
    total_after: float
    rank_before: int
    rank_after: int

    @property
    def changed(self) -> bool:
        """Whether total or rank is another one."""
        same = self.total_before == self.total_after or (math.isnan(self.total_before) and math.isnan(self.total_after))
        return not same or self.rank_before != self.rank_after


@dataclass(frozen=True, eq=False)
class Applied:
    """A scenario as the engine scores it. The base is untouched.

    levels: inputs and books of every level. indices: provincial main indices as fractions. direct: main indices that
    were set directly. units: every unit of a list, before and after. without_effect: rows of overrides that changed
    nothing (from 1).
    """

    levels: Mapping[Level, Scored]
    province: Inputs
    book: ScoreBook
    indices: Mapping[str, float]
    direct: Mapping[str, float]
    units: tuple[UnitOutcome, ...]
    without_effect: tuple[int, ...]

    @property
    def changed_units(self) -> tuple[UnitOutcome, ...]:
        """Units whose total or rank is another one."""
        return tuple(unit for unit in self.units if unit.changed)


class _Draft:
    """Inputs of one level while overrides are put in; works on copies."""

    def __init__(self, inputs: Inputs, lists: Mapping[str, NDArray[np.intp]]) -> None:
        self.base, self.compiled, self.lists = inputs, inputs.compiled, lists
        self.values, self.given = inputs.values.copy(), inputs.given.copy()
        self.row_of = {unit: i for i, unit in enumerate(inputs.units)}
        self.touched: dict[tuple[int, int], int] = {}
        self.faults: list[RowFault] = []
        self.effective: set[int] = set()

    def fail(self, row: int, message: str) -> None:
        self.faults.append(RowFault(row, message))

    def put(self, row: int, unit: int, column: int, value: float) -> None:
        same = self.given[unit, column] and self.values[unit, column] == value
        self.values[unit, column], self.given[unit, column] = value, True
        self.touched[unit, column] = row
        if not same:
            self.effective.add(row)

    def unit(self, row: int, code: str) -> int | None:
        if code not in self.row_of:
            self.fail(row, _("không có đơn vị mang mã {unit} ở cấp này.").format(unit=code))
        return self.row_of.get(code)

    def criterion(self, row: int, code: str) -> Criterion | None:
        found = self.compiled.criteria_set.by_code.get(code)
        if found is None:
            self.fail(
                row,
                _("bộ chỉ số {id} không có chỉ số thành phần {code}.").format(
                    id=self.compiled.criteria_set.id, code=code
                ),
            )
        return found

    def waived(self, unit: int, code: str) -> bool:
        return bool(self.base.not_applicable[unit, self.compiled.index_of[code]])

    def change_input(self, row: int, change: InputChange) -> None:
        unit, criterion = self.unit(row, change.unit), self.criterion(row, change.criterion)
        if unit is None or criterion is None:
            return
        column = self.compiled.column_of.get((change.criterion, change.key))
        if column is None:
            keys = ", ".join(c.key for c in self.compiled.columns if c.code == change.criterion)
            self.fail(
                row,
                _("chỉ số {code} không có số liệu «{key}», chỉ có: {keys}.").format(
                    code=change.criterion, key=change.key, keys=keys
                ),
            )
        elif self.waived(unit, change.criterion):
            self.fail(
                row,
                _("chỉ số {code} đang được duyệt không áp dụng cho đơn vị {unit} nên không đặt được số liệu.").format(
                    code=change.criterion, unit=change.unit
                ),
            )
        else:
            try:
                self.put(row, unit, column, encode(self.compiled.columns[column], change.value))
            except ValueFault as fault:
                self.fail(row, str(fault))

    def _units_of(self, row: int, change: TargetChange) -> Sequence[int]:
        if change.scope == "unit":
            unit = self.unit(row, change.where)
            return () if unit is None else (unit,)
        if change.where not in self.lists:
            self.fail(row, _("không có khối xếp hạng mang mã {code} ở cấp này.").format(code=change.where))
            return ()
        return [int(i) for i in self.lists[change.where]]

    def change_target(self, row: int, change: TargetChange) -> None:
        criterion = self.criterion(row, change.criterion)
        if criterion is None:
            return
        message = target_fault(criterion, change.target)
        if message:
            self.fail(row, message)
            return
        for unit in self._units_of(row, change):
            if not self.waived(unit, change.criterion):
                self._reach(row, unit, criterion, change)

    def _reach(self, row: int, unit: int, criterion: Criterion, change: TargetChange) -> None:
        down = lower_is_better(criterion)
        if not is_share(criterion):
            column = self.compiled.column_of[criterion.code, "value"]
            known = bool(self.given[unit, column])
            goal, old = change.target, float(self.values[unit, column])
        else:
            column, of_b = (self.compiled.column_of[criterion.code, key] for key in ("a", "b"))
            b, old, known = float(self.values[unit, of_b]), float(self.values[unit, column]), True
            if not self.given[unit, of_b] or b <= 0:
                return
            known = bool(self.given[unit, column])
            goal = _part_of(change.target, b, old, down=down)
        if change.exact or not known or (goal < old if down else goal > old):
            self.put(row, unit, column, goal)

    def inputs(self) -> Inputs:
        """The changed inputs; what they cannot hold becomes a fault of the row that put it there."""
        changed = Inputs(
            self.compiled, self.base.units, self.values, self.given, self.base.not_applicable, self.base.not_due
        )
        for unit, column, message in changed.faults():
            code = self.compiled.columns[column].code
            rows = [r for (u, c), r in self.touched.items() if u == unit and self.compiled.columns[c].code == code]
            sentence = _("đơn vị {unit}, chỉ số {code}: {message}").format(
                unit=self.base.units[unit], code=code, message=message
            )
            self.fail(max(rows, default=0), sentence)
        return changed


def is_share(criterion: Criterion) -> bool:
    """Whether a target of the criterion is a share a / b."""
    return isinstance(criterion.rule, Ratio) or (isinstance(criterion.rule, BandSteps) and criterion.rule.of == "ratio")


def lower_is_better(criterion: Criterion) -> bool:
    """Whether the criterion gains by less."""
    return isinstance(criterion.rule, Ratio | MinMax) and criterion.rule.direction == "down"


def takes_target(criterion: Criterion) -> bool:
    """Whether a level can be set as one number: shares and counted values, not choices, dates or lists."""
    return is_share(criterion) or isinstance(criterion.rule, Count | BandSteps | BestRelative | MinMax)


def target_fault(criterion: Criterion, target: float) -> str:
    """Why the criterion cannot be set to this level, empty when it can."""
    if not takes_target(criterion):
        return _("chỉ số {code} không đo bằng một con số nên không đặt được mức; hãy đặt từng số liệu của nó.").format(
            code=criterion.code
        )
    rule = criterion.rule
    if not math.isfinite(target):
        return _("mức của chỉ số {code} phải là một số hữu hạn.").format(code=criterion.code)
    over = isinstance(rule, Ratio | BandSteps) and rule.over == "allow"
    if is_share(criterion) and not 0 <= target <= (MOST_FACTOR if over else 1):
        return _("mức {target} của chỉ số {code} nằm ngoài khoảng từ 0 % đến 100 %.").format(
            target=format_percent(target), code=criterion.code
        )
    if target < 0 and not isinstance(rule, MinMax):
        return _("mức {target} của chỉ số {code} là số âm; cần một số từ 0 trở lên.").format(
            target=format_number(target), code=criterion.code
        )
    return ""


def _part_of(target: float, b: float, a: float, *, down: bool) -> float:
    """The a that reaches a / b = target: whole where both figures are whole (dossiers come in ones), else as it is."""
    part = target * b
    if not (b.is_integer() and a.is_integer()):
        return min(part, b) if target <= 1 else part
    slack = _NEAR * max(1.0, part)
    return float(math.floor(part + slack) if down else math.ceil(part - slack))


def place_of(override: Override) -> tuple[object, ...]:
    """What an override speaks of: two of them may not speak of the same."""
    match override:
        case InputChange():
            return "input", override.level, override.unit, override.criterion, override.key
        case TargetChange():
            return "target", override.level, override.scope, override.where, override.criterion
        case ComponentShare():
            return "share", override.criterion
        case IndexScore():
            return "index", override.index
        case WeightFactor():
            return "weight", override.level, override.node


def _plain_faults(base: ScenarioBase, overrides: Sequence[Override]) -> Iterator[RowFault]:
    """Faults that need no figures: a place named twice, a level that is not there, a number out of range."""
    seen: dict[tuple[object, ...], int] = {}
    for row, override in enumerate(overrides, 1):
        first = seen.setdefault(place_of(override), row)
        if first != row:
            yield RowFault(row, _("trùng nội dung với dòng {first}; hãy giữ lại một dòng.").format(first=first))
        match override:
            case InputChange(level=level) | TargetChange(level=level) | WeightFactor(level=level) if (
                level != "province" and level not in base.levels
            ):
                yield RowFault(row, _("kỳ này không có số liệu của cấp đã chọn."))
            case IndexScore(index=index, score=value):
                if index not in INDEX_WEIGHTS:
                    yield RowFault(row, _("không có chỉ số chính {code} được chấm điểm.").format(code=index))
                if not 0 <= value <= 1:
                    yield RowFault(
                        row,
                        _("điểm {score} của chỉ số chính {code} nằm ngoài khoảng từ 0 đến 1.").format(
                            score=format_number(value), code=index
                        ),
                    )
            case ComponentShare(share=share) if not 0 <= share <= 1:
                yield RowFault(
                    row,
                    _("tỷ lệ điểm {share} nằm ngoài khoảng từ 0 % đến 100 %.").format(share=format_percent(share)),
                )
            case _:
                pass


class _Weights:
    """Criteria sets with other maxima."""

    def __init__(self, base: ScenarioBase, overrides: Sequence[Override]) -> None:
        self.faults: list[RowFault] = []
        self.factors: dict[Level, dict[str, float]] = {}
        for row, override in enumerate(overrides, 1):
            if isinstance(override, WeightFactor):
                self._add(row, override, base)

    def _add(self, row: int, override: WeightFactor, base: ScenarioBase) -> None:
        book = base.book if override.level == "province" else base.levels[override.level].book
        chosen = book.criteria_set
        group = next((g for g in chosen.groups if g.code == override.node), None)
        if group is not None and override.level == "province":
            message = _(
                "trọng số các chỉ số chính cấp tỉnh do Bộ quy định nên không đổi được; hãy đổi ở chỉ số thành phần."
            )
        elif group is None and override.node not in chosen.by_code:
            message = _("bộ chỉ số {id} không có chỉ số chính hay chỉ số thành phần {code}.").format(
                id=chosen.id, code=override.node
            )
        elif not 0 <= override.factor <= MOST_FACTOR:
            message = _("hệ số {factor} nằm ngoài khoảng từ 0 đến {most}.").format(
                factor=format_number(override.factor), most=format_number(MOST_FACTOR)
            )
        else:
            own = self.factors.setdefault(override.level, {})
            for code in (c.code for c in group.criteria) if group else (override.node,):
                own[code] = own.get(code, 1.0) * override.factor
            if sum(
                c.max_points * own.get(c.code, 1.0) for g in chosen.groups if g.kind == "scored" for c in g.criteria
            ):
                return
            message = _("các hệ số làm mọi điểm tối đa của bộ chỉ số {id} bằng 0.").format(id=chosen.id)
        self.faults.append(RowFault(row, message))

    def inputs(self, level: Level, inputs: Inputs) -> Inputs:
        """The inputs on the set with the new maxima."""
        factors = self.factors.get(level)
        return replace(inputs, compiled=_reweighted(inputs.compiled, factors)) if factors else inputs


def _reweighted(compiled: CompiledSet, factors: Mapping[str, float]) -> CompiledSet:
    chosen = compiled.criteria_set
    groups = tuple(
        group.model_copy(
            update={
                "criteria": tuple(
                    c.model_copy(update={"max_points": c.max_points * factors.get(c.code, 1.0)}) for c in group.criteria
                )
            }
        )
        for group in chosen.groups
    )
    # The total keeps its scale, so that totals before and after can be compared.
    fields = {name: getattr(chosen, name) for name in CriteriaSet.model_fields}
    return compile_set(CriteriaSet.model_construct(**{**fields, "groups": groups, "scale": chosen.top}))


def apply_scenario(base: ScenarioBase, scenario: Scenario) -> Applied:
    """The base with the overrides, scored and rolled up again by the engine.

    Order: units' figures and weights, roll-up, figures of the province itself, components set to a share, main indices
    set directly; what comes later replaces what comes before. Raises ScenarioRefusedError with every fault by row;
    the base is never changed.
    """
    overrides = scenario.overrides
    faults = list(_plain_faults(base, overrides))
    if faults:
        raise ScenarioRefusedError(faults)
    weights = _Weights(base, overrides)
    drafts: dict[Level, _Draft] = {}
    for row, override in enumerate(overrides, 1):
        if isinstance(override, InputChange | TargetChange) and override.level != "province":
            level_base = base.levels[override.level]
            draft = drafts.setdefault(override.level, _Draft(level_base.inputs, level_base.lists))
            _put(draft, row, override)
    changed = {level: draft.inputs() for level, draft in drafts.items()}
    faults = [*weights.faults, *(fault for draft in drafts.values() for fault in draft.faults)]
    if faults:
        raise ScenarioRefusedError(sorted(faults, key=lambda f: f.row))
    levels: dict[Level, Scored] = {
        level: _scored(own, changed.get(level), weights, level) for level, own in base.levels.items()
    }
    province = _ProvinceDraft(base, levels, overrides)
    inputs = weights.inputs("province", province.inputs())
    if province.faults:
        raise ScenarioRefusedError(sorted(province.faults, key=lambda f: f.row))
    book = _with_shares(inputs, province.shares)
    effective = set().union(province.effective, *(draft.effective for draft in drafts.values()))
    idle = (
        row
        for row, override in enumerate(overrides, 1)
        if isinstance(override, InputChange | TargetChange) and row not in effective
    )
    return Applied(
        levels,
        inputs,
        book,
        main_index_fractions(book),
        {o.index: o.score for o in overrides if isinstance(o, IndexScore)},
        tuple(_outcomes(base, levels)),
        tuple(idle),
    )


def _put(draft: _Draft, row: int, override: InputChange | TargetChange) -> None:
    if isinstance(override, InputChange):
        draft.change_input(row, override)
    else:
        draft.change_target(row, override)


def _scored(own: LevelBase, changed: Inputs | None, weights: _Weights, level: Level) -> Scored:
    if changed is None and level not in weights.factors:
        return Scored(own.inputs, own.book)
    inputs = weights.inputs(level, own.inputs if changed is None else changed)
    return Scored(inputs, score(inputs, own.reference))


class _ProvinceDraft(_Draft):
    """The province: rolled up again where its sources changed, then its own overrides."""

    def __init__(self, base: ScenarioBase, levels: Mapping[Level, Scored], overrides: Sequence[Override]) -> None:
        super().__init__(base.province, {})
        self.shares: dict[str, float] = {}
        self._roll_up(base, levels)
        for row, override in enumerate(overrides, 1):
            if isinstance(override, InputChange | TargetChange) and override.level == "province":
                _put(self, row, override)
            elif isinstance(override, ComponentShare):
                self._share(row, override)

    def _share(self, row: int, override: ComponentShare) -> None:
        criterion = self.criterion(row, override.criterion)
        if criterion is None:
            return
        if self.waived(0, criterion.code):
            self.fail(
                row,
                _("chỉ số {code} không áp dụng ở kỳ này nên không đặt được điểm.").format(code=override.criterion),
            )
        self.shares[override.criterion] = override.share

    def _roll_up(self, base: ScenarioBase, levels: Mapping[Level, Scored]) -> None:
        moved = {s.book.criteria_set.id for level, s in levels.items() if s.book is not base.levels[level].book}
        sources = {s.book.criteria_set.id: s for s in levels.values()}
        for criterion in self.compiled.criteria_set.criteria:
            rollup = criterion.rollup
            if rollup is None or rollup.how == "entry":
                continue
            ids = {source.split("/")[0] for source in rollup.sources}
            if not ids & moved or not ids <= sources.keys():
                continue
            before, after = (dict(roll_up(criterion, own).values) for own in (base.sources, sources))
            columns = {key: self.compiled.column_of[criterion.code, key] for key in after}
            # A component whose sums the province could not hold stays missing: the scenario does not mend figures.
            unusable = before and not all(self.given[0, column] for column in columns.values())
            if after != before and not unusable:
                for key, column in columns.items():
                    self.values[0, column], self.given[0, column] = after[key], True


def _with_shares(inputs: Inputs, shares: Mapping[str, float]) -> ScoreBook:
    book = score(inputs)
    if not shares:
        return book
    value, known = book.fraction.copy(), book.state == CellState.SCORED
    due = inputs.not_due.copy()
    for code, share in shares.items():
        index = inputs.compiled.index_of[code]
        value[0, index], known[0, index], due[index] = share, True, False
    return score_fractions(inputs.compiled, inputs.units, Fractions(value, known), inputs.not_applicable, due)


def _outcomes(base: ScenarioBase, levels: Mapping[Level, Scored]) -> Iterator[UnitOutcome]:
    """Every unit of a list once, in the first list that holds it."""
    for level, own in base.levels.items():
        book, seen = levels[level].book, set[int]()
        for code, rows in own.lists.items():
            before = own.book.ranks(rows)
            after = before if book is own.book else book.ranks(rows)
            for k, row in enumerate(rows):
                if int(row) in seen:
                    continue
                seen.add(int(row))
                totals = float(own.book.total[row]), float(book.total[row])
                yield UnitOutcome(level, book.units[row], code, *totals, int(before[k]), int(after[k]))
