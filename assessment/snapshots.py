"""A level of a period at the end of a month, scored: what every ranking and scorecard is read from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assessment.decisions import Decision
from assessment.entries import EntryList, entry_list
from assessment.publication import counts_as_trial
from assessment.submissions import SENT, submissions, takes_figures
from assessment.waiver_requests import waiver_requests
from criteria.model import DUE_MONTHS, CriteriaSet, Level
from data.lineage import UnitKey
from data.models import InputState
from data.repositories import Cell as StoredCell
from data.repositories import (
    CriteriaSetText,
    PeriodRecord,
    RankingListRecord,
    UnitRecord,
    cells,
    criteria_set_text,
    parsed_set,
    ranking_lists,
    units_of,
)
from language import _, format_month
from scoring.compiled import CompiledSet, compile_set
from scoring.engine import CellState, ScoreBook, score
from scoring.inputs import NOT_APPLICABLE, Cell, Inputs, read_cells


class ScoreStage(StrEnum):
    """Which of the three scores of a unit: from its own inputs, after appraisal, or as a decision fixed them."""

    SELF = "self"
    APPRAISED = "appraised"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Waiver:
    """Why a criterion is not applicable to a unit, and who approved it."""

    reason: str
    approver: str


@dataclass(frozen=True)
class LevelSnapshot:
    """One level of a period at a month: its units, lists, inputs, and the ScoreBook of them. Immutable.

    Row i of inputs and book is units[i]. origins: where each given input comes from, by (unit code, criterion, key).
    sent: (units,) whether a unit has sent its report. closed: (units,) of whom no more figures or rulings will come.
    released: whether two people have released the set. stage: which of the three scores the book holds. decision: that
    published it, of the published score alone. trial: whether the period is an internal trial run, or can only be one.
    withheld: unit of which rulings are left out of the appraised score, because whoever reads it belongs to it and it was
    not told of them.
    """

    period: PeriodRecord
    month: int
    level: Level
    units: tuple[UnitRecord, ...]
    lists: tuple[RankingListRecord, ...]
    inputs: Inputs
    book: ScoreBook
    reference: NDArray[np.bool_]
    waivers: Mapping[tuple[str, str], Waiver]
    origins: Mapping[tuple[str, str, str], str]
    sent: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    released: bool = False
    stage: ScoreStage = ScoreStage.SELF
    decision: Decision | None = None
    trial: bool = False
    withheld: UnitKey | None = None

    @property
    def criteria_set(self) -> CriteriaSet:
        """The set that was applied."""
        return self.book.criteria_set

    @property
    def name(self) -> str:
        """How the snapshot is called: 09/2024."""
        return format_month(self.period.year, self.month)

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Row of each unit by its code."""
        return {unit.code: i for i, unit in enumerate(self.units)}

    @cached_property
    def entries(self) -> EntryList:
        """What the set asks the units for."""
        return entry_list(self.book.compiled)

    @cached_property
    def reported(self) -> NDArray[np.bool_]:
        """(units,) whether a unit has any figure of a scored criterion that is due, or lacks none.

        Without one its 0 points say nothing about it, so it is shown without rank, total and band.
        """
        state = self.book.state[:, self.book.compiled.of_kind("scored")]
        return np.any(state == CellState.SCORED, axis=1) | ~np.any(state == CellState.MISSING, axis=1)

    def list_of(self, code: str) -> RankingListRecord:
        """The ranking list with this code. Raises KeyError when the snapshot has none."""
        for ranking_list in self.lists:
            if ranking_list.code == code:
                return ranking_list
        raise KeyError(code)

    @cached_property
    def _rows_of_lists(self) -> Mapping[str, NDArray[np.intp]]:
        found = {x.code: np.array([self.row_of[code] for code in x.members], np.intp) for x in self.lists}
        for rows in found.values():
            rows.setflags(write=False)
        return found

    def rows(self, ranking_list: RankingListRecord) -> NDArray[np.intp]:
        """Rows of the units of one of its lists; they cannot be written to."""
        return self._rows_of_lists[ranking_list.code]

    @cached_property
    def _origins_of_units(self) -> Mapping[str, Mapping[tuple[str, str], str]]:
        found: dict[str, dict[tuple[str, str], str]] = {}
        for (unit, code, key), origin in self.origins.items():
            found.setdefault(unit, {})[code, key] = origin
        return found

    def origins_of(self, unit: str) -> Mapping[tuple[str, str], str]:
        """Where each given input of a unit comes from, by criterion and key."""
        return self._origins_of_units.get(unit, {})

    def waivers_of(self, unit: str) -> Mapping[str, Waiver]:
        """Why criteria do not apply to a unit, by their codes."""
        return {code: waiver for (own, code), waiver in self.waivers.items() if own == unit}

    def placed_rows(self, ranking_list: RankingListRecord) -> NDArray[np.intp]:
        """Rows of the units of a list that have figures and a score.

        Who has no place takes none from others either: counted in full, a unit to which nothing applies would lead.
        """
        rows = self.rows(ranking_list)
        return rows[(self.book.ranks(rows) > 0) & self.reported[rows]]


def same_rules(one: CriteriaSet, other: CriteriaSet) -> bool:
    """Whether points of both may be compared: same id, same version, same content."""
    return one is other or one == other


@lru_cache(maxsize=16)
def compiled_text(stored: CriteriaSetText) -> CompiledSet:
    """The compiled set of a stored text; texts never change, so a few are kept."""
    return compile_set(parsed_set(stored))


def not_due(compiled: CompiledSet, month: int) -> NDArray[np.bool_]:
    """(criteria,) whether the first figure of the year is due only after the month."""
    first = [DUE_MONTHS[c.frequency][0] for c in compiled.criteria_set.criteria]
    return np.array(first) > month


def reference_units(
    criteria_set: CriteriaSet, units: Sequence[UnitRecord], lists: Sequence[RankingListRecord]
) -> NDArray[np.bool_]:
    """(units,) who stands in the set's reference list; everybody when there is no such list."""
    members = next((set(x.members) for x in lists if x.code == criteria_set.reference_list), None)
    return np.array([members is None or u.code in members for u in units], bool)


def _inputs(compiled: CompiledSet, units: tuple[UnitRecord, ...], stored: tuple[StoredCell, ...], month: int) -> Inputs:
    due = not_due(compiled, month)
    known = (
        Cell(c.unit_code, c.criterion, c.key, NOT_APPLICABLE if c.state == InputState.NOT_APPLICABLE else _value(c))
        for c in stored
    )
    inputs, rejections = read_cells(compiled, [u.code for u in units], known, not_due=due)
    if inputs is None:
        first = rejections[0]
        cell = stored[first.position]
        raise ValueError(
            _("Số liệu đã lưu không khớp bộ chỉ số {id}: {unit}, {code}, {key}: {message}").format(
                id=compiled.criteria_set.id,
                unit=cell.unit_code,
                code=cell.criterion,
                key=cell.key,
                message=first.message,
            )
        )
    return inputs


def _requested(
    compiled: CompiledSet, units: tuple[UnitRecord, ...], requests: Mapping[UnitKey, Mapping[str, str]]
) -> NDArray[np.bool_]:
    found = np.zeros((len(units), len(compiled.codes)), bool)
    for row, unit in enumerate(units):
        found[row, [compiled.index_of[code] for code in requests.get(unit.key, ()) if code in compiled.index_of]] = True
    return found


def _value(cell: StoredCell) -> float | str:
    return cell.number if cell.number is not None else cell.text or ""


def level_snapshot(session: Session, period: PeriodRecord, level: Level, month: int) -> LevelSnapshot:
    """The level scored on the period's criteria set with what was reported up to the month.

    Raises LookupError when the period has no criteria set for the level, ValueError when stored inputs do not fit it.
    """
    text = criteria_set_text(session, period.id, level)
    compiled = compiled_text(text)
    units = units_of(session, period.id, level)
    lists = ranking_lists(session, period.id, level)
    stored = cells(session, period.id, level, month)
    inputs = _inputs(compiled, units, stored, month)
    reference = reference_units(compiled.criteria_set, units, lists)
    waivers = {
        (c.unit_code, c.criterion): Waiver(c.reason or "", c.approver or "")
        for c in stored
        if c.state == InputState.NOT_APPLICABLE
    }
    origins = {(c.unit_code, c.criterion, c.key): c.origin for c in stored if c.state == InputState.GIVEN}
    reports = submissions(session, period.id)
    sent = np.array([u.key in reports and reports[u.key].state in SENT for u in units], bool)
    closed = np.full(len(units), not takes_figures(session, period.id))
    requested = _requested(compiled, units, waiver_requests(session, period.id)) & sent[:, None]
    return LevelSnapshot(
        period,
        month,
        level,
        units,
        lists,
        inputs,
        score(inputs, reference, closed=closed, before_appraisal=True, requested=requested),
        reference,
        waivers,
        origins,
        sent,
        closed,
        text.released,
        trial=counts_as_trial(session, period),
    )


def stored_criteria_set(session: Session, period_id: int, level: Level) -> CriteriaSet:
    """The criteria set that a period uses at a level. Raises LookupError when it uses none there."""
    return parsed_set(criteria_set_text(session, period_id, level))
