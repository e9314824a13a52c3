"""What a unit types before it sends it: kept as it was typed, never overwritten in silence, scored on the spot."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from assessment.audit import record
from assessment.entries import LONGEST, Entry, EntryList, Place, read_value
from assessment.permissions import Action, Identity, permit
from assessment.publication import permit_period
from assessment.reasons import MOST_REASON
from assessment.snapshots import LevelSnapshot
from assessment.submissions import ReportPlace, SubmissionRefusedError, period_of, require_open
from data.audit import Change as LogLine
from data.audit import Deed
from data.models import Draft, Input, InputOrigin, Period
from data.repositories import InputValue, store_inputs
from language import _, cited, format_month, format_number
from scoring.inputs import Inputs, ValueFault, encode


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """What was typed for an entry; text None: the stored figure is to be taken back."""

    text: str | None
    copied: bool
    account_id: int | None
    changed_at: dt.datetime
    version: int


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody typed for an entry, and the version of the draft that was on the screen, 0 for none."""

    entry: str
    text: str
    version: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """An entry that somebody else has changed meanwhile: what was typed here, and what stands there now."""

    entry: str
    typed: str
    theirs: DraftRecord


@dataclass(frozen=True, slots=True)
class SaveReport:
    """What became of changes: versions of the saved drafts by entry, and those that were not saved."""

    versions: Mapping[str, int]
    conflicts: tuple[Conflict, ...]


def _rows(session: Session, place: ReportPlace) -> dict[str, Draft]:
    return {row.entry: row for row in session.scalars(select(Draft).filter_by(**place.columns))}


def _draft(row: Draft) -> DraftRecord:
    return DraftRecord(row.value, row.copied, row.account_id, row.changed_at, row.version)


def drafts(session: Session, identity: Identity, place: ReportPlace) -> dict[str, DraftRecord]:
    """What the unit has typed and not sent yet, by entry.

    Raises PermissionError for a unit that is not the identity's to see.
    """
    permit(identity, Action.READ_DRAFTS, unit=place.unit)
    permit_period(session, identity, place.period_id)
    return {code: _draft(row) for code, row in _rows(session, place).items()}


def _next_version(row: Draft | None, now: dt.datetime) -> int:
    # From the clock, not from 1: a draft that was sent and typed anew must never bear a version seen before.
    return max((row.version if row else 0) + 1, int(now.timestamp() * 1000))


def _unknown(entries: EntryList, changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        if change.entry not in entries.by_code:
            yield _("Bộ chỉ số của kỳ này không có số liệu {entry}; hãy tải lại trang.").format(
                entry=cited(change.entry)
            )
        elif len(change.text.strip()) > (MOST_REASON if change.entry.startswith("request/") else LONGEST):
            yield _("Nội dung của {entry} dài quá mức cho phép; hãy viết gọn.").format(
                entry=entries.name_of(change.entry)
            )


def save_drafts(
    session: Session,
    identity: Identity,
    place: ReportPlace,
    entries: EntryList,
    changes: Sequence[Change],
    now: dt.datetime,
    *,
    deed: Deed = Deed.TYPE_FIGURES,
) -> SaveReport:
    """Keeps what was typed, as it was typed, right or wrong; what somebody else changed meanwhile is left alone.

    To be called in a session that writes drafts. An empty text takes a figure back. deed: what the log calls it; copied
    figures wait to be confirmed. Raises PermissionError for another unit, SubmissionRefusedError when the report is not
    open or an entry is unknown; then nothing is kept.
    """
    permit(identity, Action.ENTER_FIGURES, unit=place.unit)
    require_open(session, place)
    faults = list(_unknown(entries, changes))
    if faults:
        raise SubmissionRefusedError(faults)
    rows, versions, conflicts, lines = _rows(session, place), {}, [], []
    system = source_system_places(session, place)
    for change in changes:
        entry, row = entries.by_code[change.entry], rows.get(change.entry)
        if any(p in system for p in entry.places):
            raise SubmissionRefusedError(
                [
                    _(
                        "{name} là số liệu hệ thống, đơn vị không sửa được; nếu chưa đúng, hãy gửi ý kiến kèm lý do."
                    ).format(name=entries.name_of(change.entry))
                ]
            )
        if change.version != (row.version if row else 0):
            conflicts.append(Conflict(change.entry, change.text, _draft(row)) if row else _vanished(change, now))
            continue
        if row is None:
            row = Draft(**place.columns, entry=change.entry, value=None)
            session.add(row)
        text = change.text.strip() or None
        if row.value != text:
            lines.append(LogLine(entries.name_of(change.entry), row.value, text, place.unit))
        row.version = _next_version(rows.get(change.entry), now)
        row.value, row.copied = text, deed == Deed.COPY_FIGURES
        row.account_id, row.changed_at = identity.account_id, now
        versions[change.entry] = row.version
    session.flush()
    if lines:
        record(session, identity, now, deed, period=period_of(session, place), unit=place.unit, changes=lines)
    return SaveReport(versions, tuple(conflicts))


def _vanished(change: Change, now: dt.datetime) -> Conflict:
    """The draft that was on the screen has been sent meanwhile."""
    return Conflict(
        change.entry, change.text, DraftRecord(None, copied=False, account_id=None, changed_at=now, version=0)
    )


_later = aliased(Input)
# Asked at every figure that is typed, so made ready once.
_PLACES = (
    select(Input.criterion, Input.input_key)
    .where(*(getattr(Input, name) == bindparam(name) for name in ("period_id", "unit_code", "unit_valid_from")))
    .distinct()
)
_SOURCE_SYSTEM_PLACES = _PLACES.where(
    Input.origin == InputOrigin.SOURCE_SYSTEM,
    ~select(_later.month)
    .where(
        _later.period_id == Input.period_id,
        _later.unit_code == Input.unit_code,
        _later.unit_valid_from == Input.unit_valid_from,
        _later.criterion == Input.criterion,
        _later.input_key == Input.input_key,
        _later.month > Input.month,
    )
    .exists(),
)
_SELF_ASSESSED_PLACES = _PLACES.where(Input.origin == InputOrigin.SELF_ASSESSED)


def source_system_places(session: Session, place: ReportPlace) -> frozenset[Place]:
    """Places whose newest figure comes from a source system."""
    return frozenset(Place(code, key) for code, key in session.execute(_SOURCE_SYSTEM_PLACES, place.columns))


def self_assessed_places(session: Session, place: ReportPlace) -> frozenset[Place]:
    """Places of which the unit itself has sent a figure in the period."""
    return frozenset(Place(code, key) for code, key in session.execute(_SELF_ASSESSED_PLACES, place.columns))


def confirm_copied(
    session: Session,
    identity: Identity,
    place: ReportPlace,
    entries: EntryList,
    codes: Sequence[str],
    now: dt.datetime,
) -> int:
    """Takes copied drafts over as the unit's own; gives how many. To be called in a session that writes drafts.

    Raises as `save_drafts`.
    """
    permit(identity, Action.ENTER_FIGURES, unit=place.unit)
    require_open(session, place)
    rows = [row for code, row in _rows(session, place).items() if row.copied and code in codes]
    for row in rows:
        row.version = _next_version(row, now)
        row.copied, row.account_id, row.changed_at = False, identity.account_id, now
    session.flush()
    if rows:
        lines = [LogLine(entries.name_of(row.entry), None, row.value, place.unit) for row in rows]
        period = period_of(session, place)
        record(session, identity, now, Deed.CONFIRM_FIGURES, period=period, unit=place.unit, changes=lines)
    return len(rows)


def copy_figures(
    session: Session,
    identity: Identity,
    place: ReportPlace,
    entries: EntryList,
    earlier: Mapping[str, str],
    now: dt.datetime,
) -> int:
    """Begins drafts with earlier figures, by entry, where the unit has typed nothing; gives how many.

    They are marked as copied until confirmed. To be called in a session that writes drafts. Raises as `save_drafts`.
    """
    taken, system = _rows(session, place), source_system_places(session, place)
    changes = [
        Change(code, text, 0)
        for code, text in earlier.items()
        if code in entries.by_code
        and code not in taken
        and text
        and not any(p in system for p in entries.by_code[code].places)
    ]
    return len(save_drafts(session, identity, place, entries, changes, now, deed=Deed.COPY_FIGURES).versions)


def report_faults(
    snapshot: LevelSnapshot, unit: str, typed: Mapping[str, DraftRecord], applied: Inputs
) -> tuple[str, ...]:
    """Why a report cannot go on: entries that cannot be read or do not fit together, copied ones not confirmed.

    applied: the inputs of `with_drafts`.
    """
    entries = snapshot.entries
    faults: list[str] = []
    for code, draft in typed.items():
        entry = entries.by_code.get(code)
        if entry is None:
            faults.append(_("Bộ chỉ số đã đổi, không còn số liệu {entry}; hãy bỏ trống ô này.").format(entry=code))
            continue
        fault = draft_fault(entry, draft)
        if fault:
            faults.append(f"{entries.name_of(code)}: {fault}")
        if draft.copied:
            faults.append(
                _("{name}: số liệu chép từ kỳ trước chưa được xác nhận; hãy kiểm tra rồi xác nhận.").format(
                    name=entries.name_of(code)
                )
            )
    parts = part_faults(snapshot, unit, applied)
    faults += [f"{entries.name_of(code)}: {fault}" for code, fault in parts.items()]
    return tuple(faults)


def part_faults(snapshot: LevelSnapshot, unit: str, applied: Inputs) -> dict[str, str]:
    """Why an entry that is a part cannot be larger than its whole, by the entry's code.

    applied: the inputs of `with_drafts`.
    """
    row, columns = snapshot.row_of[unit], applied.compiled.columns
    whole_of = {leaf.a: leaf.b for leaf in applied.compiled.leaves if leaf.b >= 0}
    found: dict[str, str] = {}
    for own, column, _message in applied.over_faults():
        if own != row:
            continue
        part, whole = (
            snapshot.entries.by_place[Place(columns[c].code, columns[c].key)] for c in (column, whole_of[column])
        )
        found[part.code] = _(
            "{part} lớn hơn {name} ({whole}); phần không thể lớn hơn tổng, hãy kiểm tra cả hai số."
        ).format(
            part=format_number(float(applied.values[row, column])),
            name=snapshot.entries.name_of(whole.code),
            whole=format_number(float(applied.values[row, whole_of[column]])),
        )
    return found


def draft_fault(entry: Entry, draft: DraftRecord) -> str | None:
    """Why what was typed cannot be the entry's value; None when it can."""
    if entry.column is None or draft.text is None:
        return None
    try:
        read_value(entry.column, draft.text)
    except ValueFault as fault:
        return str(fault)
    return None


def with_drafts(snapshot: LevelSnapshot, unit: str, typed: Mapping[str, DraftRecord]) -> Inputs:
    """Inputs of the level with what the unit has typed in the place of what is stored.

    What cannot be read is missing; what asks to be not applicable changes nothing.
    """
    known = ((snapshot.entries.by_code.get(code), draft) for code, draft in typed.items())
    return with_texts(
        snapshot,
        (
            (unit, entry, draft.text if draft_fault(entry, draft) is None else None)
            for entry, draft in known
            if entry is not None and not entry.is_request
        ),
    )


def with_texts(snapshot: LevelSnapshot, texts: Iterable[tuple[str, Entry, str | None]]) -> Inputs:
    """Inputs of the level with texts of entries, by unit, in the place of what is stored; None for what is missing.

    Raises ValueFault for a text that the entry cannot hold.
    """
    inputs = snapshot.inputs
    values, given = inputs.values.copy(), inputs.given.copy()
    for unit, entry, text in texts:
        row = snapshot.row_of[unit]
        for place in entry.places:
            column = inputs.compiled.column_of[place.criterion, place.key]
            own = inputs.compiled.columns[column]
            given[row, column] = text is not None
            values[row, column] = 0.0 if text is None else encode(own, read_value(own, text))
    return replace(inputs, values=values, given=given)


class StoredInput(NamedTuple):
    """Where a stored input stands, of which month it is, and where it comes from."""

    place: Place
    month: int
    origin: str


def stored_inputs(session: Session, place: ReportPlace) -> tuple[StoredInput, ...]:
    """What is stored of the unit in the period, month by month, without the values."""
    query = (
        select(Input.criterion, Input.input_key, Input.month, Input.origin)
        .filter_by(**place.columns)
        .order_by(Input.month)
    )
    return tuple(StoredInput(Place(code, key), month, origin) for code, key, month, origin in session.execute(query))


def taken_back_faults(
    session: Session, place: ReportPlace, entries: EntryList, typed: Mapping[str, DraftRecord], month: int
) -> tuple[str, ...]:
    """Figures that cannot be taken back because a closed month holds them."""
    emptied = {p: e for c, e in entries.by_code.items() if c in typed and typed[c].text is None for p in e.places}
    earlier = {own.place: own.month for own in stored_inputs(session, place) if own.month < month}
    year = session.get_one(Period, place.period_id).year
    return tuple(
        _(
            "{name}: số liệu đã báo cáo tháng {month}, tháng đó đã chốt nên không bỏ trống được; hãy ghi số liệu mới."
        ).format(
            name=entries.name_of(emptied[p].code),
            month=format_month(year, earlier[p]),
        )
        for p in emptied
        if p in earlier
    )


def send_drafts(session: Session, place: ReportPlace, snapshot: LevelSnapshot, typed: Mapping[str, DraftRecord]) -> int:
    """Makes drafts the unit's self-assessed figures of the snapshot's month; gives how many inputs they filled.

    To be called in a write session, with drafts that have no faults. Requests for not applicable stay; what is not
    applicable already stays so. Raises sqlalchemy.exc.StaleDataError when somebody else writes at the same time.
    """
    entries, row = snapshot.entries, snapshot.row_of[place.unit.code]
    index, system = snapshot.book.compiled.index_of, source_system_places(session, place)
    values, emptied = [], set()
    for code, draft in typed.items():
        entry = entries.by_code[code]
        # What became a figure of a source system after it was typed stays one.
        if entry.column is None or any(p in system for p in entry.places):
            continue
        for p in entry.places:
            if snapshot.inputs.not_applicable[row, index[p.criterion]]:
                continue
            if draft.text is None:
                emptied.add(p)
                continue
            values.append(input_value(place.unit.code, p, read_value(entry.column, draft.text)))
    for p in emptied:
        stored = session.get(Input, (place.period_id, *place.unit, p.criterion, p.key, snapshot.month))
        if stored is not None:
            session.delete(stored)
    session.flush()
    store_inputs(session, place.period_id, snapshot.month, values)
    for code, stored_draft in _rows(session, place).items():
        if code in typed and not entries.by_code[code].is_request:
            session.delete(stored_draft)
    session.flush()
    return len(values) + len(emptied)


def input_value(
    unit: str, place: Place, value: float | str | dt.date, origin: InputOrigin = InputOrigin.SELF_ASSESSED
) -> InputValue:
    """A value of an entry at one of its places, as it is stored."""
    if isinstance(value, float | int):
        return InputValue(unit, place.criterion, place.key, number=float(value), origin=origin)
    text = value.isoformat() if isinstance(value, dt.date) else value
    return InputValue(unit, place.criterion, place.key, text=text, origin=origin)
