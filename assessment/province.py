"""The province at the end of a month: its units' figures rolled up, its own typed figures added, all of it scored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assessment.snapshots import LevelSnapshot, Waiver, level_snapshot, not_due
from criteria.model import CriteriaSet, Criterion, Level
from data.models import InputState
from data.repositories import Cell as StoredCell
from data.repositories import PeriodRecord, UnitRecord, cells
from language import _, format_month
from scoring.compiled import CompiledSet
from scoring.engine import ScoreBook, score
from scoring.grid import in_points
from scoring.inputs import NOT_APPLICABLE, Cell, Inputs, read_cells
from scoring.rollup import RolledUp, Scored, provincial_cells, roll_up

PROVINCE = "77"
"""Code of the province's unit."""
UNIT_LEVELS: tuple[Level, ...] = ("department", "district", "commune")
"""Levels whose units stand behind the provincial components."""


@dataclass(frozen=True)
class ProvincialSnapshot:
    """The province scored on the period's provincial set at a month. Immutable.

    levels: what was rolled up. components: every component that is rolled up, in set order, with its coverage; its
    values are those of the units even where they could not be used. faults: a sentence for each component that
    counts as missing because its figures cannot be right. waivers and origins: of the typed figures, by criterion
    and by (criterion, key). inputs and book have one row. released: whether two people have released the set.
    """

    period: PeriodRecord
    month: int
    unit: UnitRecord
    levels: Mapping[Level, LevelSnapshot]
    components: tuple[RolledUp, ...]
    faults: tuple[str, ...]
    waivers: Mapping[str, Waiver]
    origins: Mapping[tuple[str, str], str]
    inputs: Inputs
    book: ScoreBook
    released: bool = False

    @property
    def criteria_set(self) -> CriteriaSet:
        """The provincial set that was applied."""
        return self.book.criteria_set

    @property
    def name(self) -> str:
        """How the snapshot is called: 09/2024."""
        return format_month(self.period.year, self.month)

    @property
    def total(self) -> float:
        """The total on the set's scale, rounded as its ranks are decided; NaN where nothing is applicable yet."""
        return float(in_points(self.book.deciding_total[0]))

    @property
    def components_by_code(self) -> Mapping[str, RolledUp]:
        """Rolled-up components by the code of their criterion."""
        return {component.criterion.code: component for component in self.components}


def scoring_cell(stored: StoredCell) -> Cell:
    """A stored input in the form that the scoring reads."""
    if stored.state == InputState.NOT_APPLICABLE:
        return Cell(stored.unit_code, stored.criterion, stored.key, NOT_APPLICABLE)
    value = stored.number if stored.number is not None else stored.text or ""
    return Cell(stored.unit_code, stored.criterion, stored.key, value)


def _component(criterion: Criterion, sources: Mapping[str, Scored]) -> tuple[RolledUp, str | None]:
    """A component, and a sentence when the sets of this period do not hold what it is rolled up from."""
    rollup = criterion.rollup
    assert rollup is not None
    try:
        return roll_up(criterion, sources), None
    except KeyError:
        fault = _(
            "Thành phần {code}: các bộ chỉ số của kỳ này không có đủ nguồn tổng hợp ({sources}), nên tính là chưa có "
            "số liệu; hãy sửa mục «Tổng hợp lên cấp tỉnh» của thành phần này trong bộ chỉ số cấp tỉnh hoặc chọn lại bộ chỉ số "
            "của các cấp."
        ).format(code=criterion.code, sources=", ".join(rollup.sources))
        return RolledUp(criterion, rollup, {}, (), rollup.weight if rollup.how == "mean" else None), fault


def _inputs(compiled: CompiledSet, given: Sequence[Cell], month: int) -> tuple[Inputs, list[str]]:
    """Inputs of the province without the components whose figures it cannot hold, and a sentence for each of those."""
    due = not_due(compiled, month)
    inputs, rejections = read_cells(compiled, (PROVINCE,), given, not_due=due)
    faults = {
        given[r.position].criterion: _(
            "Thành phần {code}: {message} Thành phần này tính là chưa có số liệu; hãy kiểm tra số liệu của các đơn vị."
        ).format(code=given[r.position].criterion, message=r.message)
        for r in reversed(rejections)
    }
    if inputs is None:
        kept = [cell for cell in given if cell.criterion not in faults]
        inputs, _rejections = read_cells(compiled, (PROVINCE,), kept, not_due=due)
    assert inputs is not None
    return inputs, [faults[code] for code in compiled.codes if code in faults]


@dataclass(frozen=True)
class OwnFigures:
    """What stands in the provincial set beside what is rolled up: its unit and the figures that are typed for it.

    waivers and origins: as of `ProvincialSnapshot`.
    """

    unit: UnitRecord
    compiled: CompiledSet
    typed: tuple[Cell, ...]
    waivers: Mapping[str, Waiver]
    origins: Mapping[tuple[str, str], str]
    released: bool


def _own_figures(session: Session, period: PeriodRecord, month: int) -> OwnFigures:
    own = level_snapshot(session, period, "province", month)
    unit = next((u for u in own.units if u.code == PROVINCE), None)
    if unit is None:
        raise LookupError(
            _("Kỳ đánh giá {period} không có đơn vị cấp tỉnh mang mã {code}; hãy kiểm tra danh mục đơn vị.").format(
                period=period.name, code=PROVINCE
            )
        )
    typed = {c.code for c in own.criteria_set.criteria if not c.is_rolled_up}
    stored = (c for c in cells(session, period.id, "province", month) if c.criterion in typed)
    return OwnFigures(
        unit,
        own.book.compiled,
        tuple(map(scoring_cell, stored)),
        {code: waiver for (_unit, code), waiver in own.waivers.items() if code in typed},
        {(code, key): origin for (_unit, code, key), origin in own.origins.items() if code in typed},
        own.released,
    )


def rolled_up_province(
    period: PeriodRecord, month: int, levels: Mapping[Level, LevelSnapshot], own: OwnFigures
) -> ProvincialSnapshot:
    """The province scored with its own figures and those of its units, whichever of their three scores they hold."""
    sources = {s.criteria_set.id: Scored(s.inputs, s.book) for s in levels.values()}
    rolled = [_component(c, sources) for c in own.compiled.criteria_set.criteria if c.is_rolled_up]
    components = tuple(component for component, _fault in rolled)
    inputs, faults = _inputs(own.compiled, [*own.typed, *provincial_cells(PROVINCE, components)], month)
    return ProvincialSnapshot(
        period,
        month,
        own.unit,
        levels,
        components,
        (*(fault for _component, fault in rolled if fault), *faults),
        own.waivers,
        own.origins,
        inputs,
        score(inputs),
        own.released,
    )


def provincial_snapshot(
    session: Session, period: PeriodRecord, month: int, levels: Mapping[Level, LevelSnapshot] | None = None
) -> ProvincialSnapshot:
    """The province scored with what its units and the province itself reported up to the month.

    levels: the snapshots of UNIT_LEVELS at this month, when the caller has them ready.
    Figures that cannot be right once they are added up (a above b) count as missing and are named in `faults`.
    Raises LookupError when a level of the period has no criteria set or no province is valid on its unit date,
    ValueError when stored inputs do not fit their set.
    """
    if levels is None:
        levels = {level: level_snapshot(session, period, level, month) for level in UNIT_LEVELS}
    return rolled_up_province(period, month, levels, _own_figures(session, period, month))
