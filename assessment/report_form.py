"""What a unit sees while it reports: every entry with what stands in it, scored as if it were sent now."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.deadlines import DeadlineRecord, Due, deadlines, due, working_days
from assessment.disputes import DisputeRecord, disputes_of
from assessment.drafts import DraftRecord, draft_fault, drafts, part_faults, source_system_places, with_drafts
from assessment.entries import Entry, EntryList, Place, request_code, written
from assessment.evidence_library import REPORT, EvidenceRecord, attached
from assessment.evidence_needs import lacking_evidence
from assessment.explaining import may_answer
from assessment.finishing import report_state
from assessment.moved_figures import MovedFigure, moved_figures
from assessment.permissions import Identity
from assessment.snapshots import LevelSnapshot
from assessment.submissions import (
    ReportMonth,
    ReportPlace,
    ReportState,
    SubmissionRecord,
    report_month,
    submission,
    told_state,
)
from assessment.working_days import WorkingDays
from criteria.model import Criterion, Group
from data.lineage import UnitKey
from data.models import Person
from data.repositories import UnitRecord
from scoring.engine import ScoreBook, score
from scoring.grid import in_points
from scoring.inputs import Inputs
from scoring.receipts import Receipt, receipts


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry with what stands in it. text: what was typed, else what is stored as one would type it.

    fault: why the text cannot be read or does not fit its whole. locked: a figure of a source system, which the unit cannot change.
    """

    entry: Entry
    text: str
    stored: str
    draft: DraftRecord | None
    fault: str | None
    locked: bool

    @property
    def version(self) -> int:
        """Version of the draft, 0 without one."""
        return self.draft.version if self.draft else 0

    @property
    def copied(self) -> bool:
        """Whether the figure was taken over from an earlier period and waits to be confirmed."""
        return self.draft is not None and self.draft.copied


@dataclass(frozen=True)
class ReportForm:
    """The report of a unit as it stands now, drafts included.

    due: until when the unit has to send it, or to answer its draft results; None where it has neither to do. evidence:
    what proves each criterion. lacking: criteria that want evidence before the report may go on. moved: what others
    moved in it since the unit let it go. closed: why nothing of it can be changed any more, empty while something can.
    state: where it stands, as it is told.
    """

    place: ReportPlace
    unit: UnitRecord
    snapshot: LevelSnapshot
    state: ReportState
    record: SubmissionRecord
    entries: EntryList
    lines: Mapping[str, EntryLine]
    inputs: Inputs
    book: ScoreBook
    due: Due | None
    people: Mapping[int, str]
    evidence: Mapping[str, tuple[EvidenceRecord, ...]]
    lacking: frozenset[str]
    disputes: Mapping[str, DisputeRecord]
    moved: tuple[MovedFigure, ...]
    closed: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the unit may type."""
        return self.record.is_open and not self.closed

    @property
    def signed_report(self) -> EvidenceRecord | None:
        """The newest signed report, None while there is none."""
        return next(reversed(self.evidence.get(REPORT, ())), None)

    @property
    def row(self) -> int:
        """Row of the unit in the level."""
        return self.snapshot.row_of[self.unit.code]

    def receipts_of(self, criteria: Iterable[Criterion]) -> Mapping[str, Receipt]:
        """Receipts of some criteria by their codes, with the drafts."""
        codes = frozenset(c.code for c in criteria)
        found = receipts(self.book, self.inputs, self.unit.code, self.snapshot.reference, codes)
        return {r.criterion.code: r for r in found}

    @property
    def total(self) -> float | None:
        """The total in points if the report were sent now; None without anything to score."""
        points = float(in_points(self.book.total[self.row]))
        return None if points != points else points

    def applies(self, criterion: str) -> bool:
        """Whether the criterion is asked of the unit: not one that is not applicable by approval."""
        return not self.snapshot.inputs.not_applicable[self.row, self.book.compiled.index_of[criterion]]

    def requested(self, criterion: str) -> bool:
        """Whether the unit asks that the criterion be not applicable."""
        line = self.lines.get(request_code(criterion))
        return line is not None and bool(line.text)

    @cached_property
    def asked(self) -> tuple[EntryLine, ...]:
        """The entries that the unit is to fill."""
        return tuple(
            line
            for line in self.lines.values()
            if not line.entry.is_request
            and any(self.applies(p.criterion) and not self.requested(p.criterion) for p in line.entry.places)
        )

    @cached_property
    def changed(self) -> tuple[EntryLine, ...]:
        """The entries, requests among them, that sending would change."""
        return tuple(line for line in self.lines.values() if line.draft is not None and line.text != line.stored)

    @cached_property
    def missing(self) -> tuple[EntryLine, ...]:
        """The entries that are still empty."""
        return tuple(line for line in self.asked if not line.text)

    def criteria_of(self, group: Group) -> tuple[Criterion, ...]:
        """The criteria of a main index at which something is typed."""
        return tuple(c for c in group.criteria if self.applies(c.code) and self.entries.of_criterion(c.code))

    def at_home(self, criterion: Criterion) -> tuple[Entry, ...]:
        """The entries that are typed at a criterion."""
        return self.entries.at_home(criterion, self.applies)

    def is_faulty(self, criterion: str) -> bool:
        """Whether a figure of the criterion cannot be read or does not fit its whole: then it has no points yet."""
        return any(self.lines[e.code].fault for e in self.entries.of_criterion(criterion))

    def open_in(self, criterion: Criterion) -> bool:
        """Whether something of the criterion is empty, unreadable, waits to be confirmed or lacks its evidence."""
        if self.requested(criterion.code):
            return False
        if criterion.code in self.lacking:
            return True
        own = [self.lines[e.code] for e in self.entries.of_criterion(criterion.code)]
        return any(not line.text or line.fault or line.copied for line in own)


@dataclass(frozen=True, slots=True)
class ReportTerms:
    """What holds for every report of a period: its month, the deadlines by level, the calendar of working days."""

    month: ReportMonth
    deadlines: Mapping[str, DeadlineRecord]
    calendar: WorkingDays


def report_terms(session: Session, period_id: int) -> ReportTerms:
    """The terms of a period as they are now; what changes them raises the data version. Raises as `report_month`."""
    return ReportTerms(report_month(session, period_id), deadlines(session, period_id), working_days(session))


def report_form(
    session: Session,
    identity: Identity,
    place: ReportPlace,
    snapshot: LevelSnapshot,
    terms: ReportTerms,
    today: dt.date,
) -> ReportForm:
    """The report of a unit. snapshot: its level at the month of the terms.

    Raises PermissionError for a unit that is not the identity's to see, KeyError for one that the snapshot lacks.
    """
    typed = drafts(session, identity, place)
    unit, entries = snapshot.units[snapshot.row_of[place.unit.code]], snapshot.entries
    inputs = with_drafts(snapshot, unit.code, typed)
    lines = entry_lines(session, place, snapshot, typed)
    for code, fault in part_faults(snapshot, unit.code, inputs).items():
        lines[code] = replace(lines[code], fault=fault)
    book = score(inputs, snapshot.reference, before_appraisal=True)
    record, proved = submission(session, place), attached(session, identity, place, today)
    closed = terms.month.closed
    lacking = lacking_evidence(session, place, snapshot, typed, inputs, proved)
    seen = {d.account_id for d in typed.values()} | {record.account_id}
    return ReportForm(
        place,
        unit,
        snapshot,
        told_state(report_state(session, place, record, today), closed=bool(closed)),
        record,
        entries,
        lines,
        inputs,
        book,
        None if closed and record.is_with_the_unit else _due(session, place, record, unit, terms, today),
        _people(session, {number for number in seen if number is not None}),
        proved,
        frozenset(c.code for c in lacking),
        disputes_of(session, identity, place),
        () if record.is_open else moved_figures(session, identity, place),
        closed,
    )


def _people(session: Session, accounts: Collection[int]) -> dict[int, str]:
    """Names of the holders of accounts."""
    if not accounts:
        return {}
    query = select(Person.account_id, Person.full_name).where(Person.account_id.in_(accounts))
    return {row.account_id: row.full_name for row in session.execute(query)}


def _due(
    session: Session,
    place: ReportPlace,
    record: SubmissionRecord,
    unit: UnitRecord,
    terms: ReportTerms,
    today: dt.date,
) -> Due | None:
    if not record.is_with_the_unit and not may_answer(session, place, today):
        return None
    of_level = None if record.is_told else terms.deadlines.get(unit.level)
    return due(record.due_on, of_level, terms.calendar, today)


def entry_lines(
    session: Session, place: ReportPlace, snapshot: LevelSnapshot, typed: Mapping[str, DraftRecord]
) -> dict[str, EntryLine]:
    """Every entry of a unit with what stands in it, in set order. typed: its drafts."""
    entries, system = snapshot.entries.entries, source_system_places(session, place)
    return {e.code: _line(snapshot, place.unit.code, e, typed.get(e.code), system) for e in entries}


def _line(
    snapshot: LevelSnapshot, unit: str, entry: Entry, draft: DraftRecord | None, system: frozenset[Place]
) -> EntryLine:
    stored, locked = stored_text(snapshot, unit, entry), any(p in system for p in entry.places)
    if locked:
        draft = None
    return EntryLine(
        entry,
        stored if draft is None else draft.text or "",
        stored,
        draft,
        draft_fault(entry, draft) if draft is not None else None,
        locked,
    )


def stored_text(snapshot: LevelSnapshot, unit: str, entry: Entry) -> str:
    """What is stored of a unit for an entry, as one would type it; empty for nothing, and for a request."""
    if entry.column is None:
        return ""
    inputs, row = snapshot.inputs, snapshot.row_of[unit]
    for place in entry.places:
        column = inputs.compiled.column_of[place.criterion, place.key]
        if inputs.given[row, column]:
            return written(entry.column, inputs.value(row, column))
    return ""


def stored_figures(snapshot: LevelSnapshot, unit: UnitKey) -> dict[str, str]:
    """What is stored of a unit at a snapshot, by entry, as one would type it; nothing for a unit it does not hold."""
    row = snapshot.row_of.get(unit.code)
    if row is None or snapshot.units[row].valid_from != unit.valid_from:
        return {}
    return {e.code: text for e in snapshot.entries.entries if (text := stored_text(snapshot, unit.code, e))}
