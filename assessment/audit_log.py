"""Reading the audit log: who may see what of it, filtered and by pages, an entry with its lines, everything for a file."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from assessment.audit import deed_names, period_text
from assessment.permissions import Action, Identity, Reach, permit, reach
from assessment.roles import Role, role_name
from assessment.targets import LAST_MONTH
from assessment.told_results import told_until
from data.audit import Change, Deed
from data.lineage import UnitKey
from data.models import Account, AuditChange, AuditEntry, Person, Unit
from language import VIET_NAM, _, fold

PAGE = 50
"""Entries on a page."""
LINES_PAGE = 200
"""Lines of an entry on a page."""
MOST_EXPORTED = 20_000
"""Lines of a file."""
SERVER = 0
"""Stands for the account of what was done on the server, by a command or by the software itself."""


@dataclass(frozen=True, slots=True)
class Holder:
    """An account that an entry names. user_name: empty once it is gone. full_name: empty once it was erased."""

    id: int
    user_name: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Sought:
    """What of the log is wanted; what is None or empty does not narrow it.

    first_day, last_day: in Viet Nam, both inclusive. account: who did it or to whose account it was done, or SERVER.
    words: in any case, without diacritics.
    """

    first_day: dt.date | None = None
    last_day: dt.date | None = None
    account: int | None = None
    role: str = ""
    deed: str = ""
    unit: UnitKey | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An entry as the list shows it. who: None for a command on the server and for somebody not signed in.

    about: the account that it was done to. unit_name: empty without a unit, or for one that is gone. lines: how many
    of its lines the reader may see.
    """

    id: int
    moment: dt.datetime
    deed: str
    role: str
    who: Holder | None
    about: Holder | None
    period: str
    unit: UnitKey | None
    unit_name: str
    subject: str
    reason: str
    demonstration: bool
    lines: int


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the log, the newest entry first. page: from 1 to pages. total: entries on all pages."""

    entries: tuple[AuditRecord, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line of an entry; unit_name: empty where it has none."""

    line: int
    change: Change
    unit_name: str


@dataclass(frozen=True, slots=True)
class AuditDetail:
    """An entry with a page of its lines. page: from 1 to pages."""

    entry: AuditRecord
    lines: tuple[AuditLine, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class AuditExport:
    """Entries with all their lines, one after the other, for a file. cut: whether older ones did not fit."""

    rows: tuple[tuple[AuditRecord, AuditLine | None], ...]
    cut: bool


_Actor, _ActorPerson = aliased(Account), aliased(Person)
_About, _AboutPerson = aliased(Account), aliased(Person)
_LineUnit, _NamedUnit = aliased(Unit), aliased(Unit)


def _own_unit(identity: Identity) -> UnitKey | None:
    """The unit to which the reader's sight is narrowed; None for the whole log. Raises PermissionError."""
    if reach(identity, Action.READ_AUDIT) != Reach.OWN:
        permit(identity, Action.READ_AUDIT)
        return None
    permit(identity, Action.READ_AUDIT, unit=identity.unit)
    return identity.unit


def _of_unit(table: type[AuditEntry | AuditChange], unit: UnitKey) -> ColumnElement[bool]:
    return and_(table.unit_code == unit.code, table.unit_valid_from == unit.valid_from)


def _concerns(unit: UnitKey) -> ColumnElement[bool]:
    """Entries about a unit: they say so, or one of their lines does."""
    lines = select(AuditChange.entry_id).where(_of_unit(AuditChange, unit))
    return or_(_of_unit(AuditEntry, unit), AuditEntry.id.in_(lines))


def _visible_lines(unit: UnitKey | None) -> list[ColumnElement[bool]]:
    """Lines that whoever is narrowed to a unit may see: those of the unit, and those of no unit in an entry about it."""
    if unit is None:
        return []
    plain = and_(AuditChange.unit_code.is_(None), _of_unit(AuditEntry, unit))
    return [or_(_of_unit(AuditChange, unit), plain)]


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, VIET_NAM)


def holders(session: Session) -> Mapping[int, Holder]:
    """Who holds each account that is there, by its number."""
    query = select(Account.id, Account.user_name, Person.full_name).outerjoin(Person, Person.account_id == Account.id)
    return {id_: Holder(id_, user_name, full_name or "") for id_, user_name, full_name in session.execute(query)}


def _holding(session: Session, word: str) -> list[int]:
    """Accounts whose user name or holder has the word. Names stand in no entry, so they are looked up."""
    return [h.id for h in holders(session).values() if word in fold(f"{h.user_name} {h.full_name}")]


def _has_word(session: Session, word: str) -> ColumnElement[bool]:
    """Entries in which a folded word occurs: in what they say, in who, in the deed, the role or the unit."""
    accounts = _holding(session, word)
    unit = exists().where(
        _NamedUnit.code == AuditEntry.unit_code,
        _NamedUnit.valid_from == AuditEntry.unit_valid_from,
        _NamedUnit.folded.contains(word, autoescape=True),
    )
    return or_(
        AuditEntry.folded.contains(word, autoescape=True),
        AuditEntry.action.in_([deed.value for deed, name in deed_names().items() if word in fold(name)]),
        AuditEntry.role.in_([role.value for role in Role if word in fold(role_name(role))]),
        AuditEntry.account_id.in_(accounts),
        AuditEntry.about_id.in_(accounts),
        unit,
    )


def _told(session: Session, unit: UnitKey) -> ColumnElement[bool]:
    """All but the rulings that a unit was not told of yet."""
    told = [AuditEntry.action != Deed.RULE.value]
    for period, until in told_until(session, unit):
        of_period = AuditEntry.period.in_([period_text(period, month) for month in (None, *range(1, LAST_MONTH + 1))])
        told.append(of_period if until is None else and_(of_period, AuditEntry.moment < until))
    return or_(*told)


def _in_sight(session: Session, identity: Identity) -> Iterator[ColumnElement[bool]]:
    """What narrows the log for a reader: to his unit, as far as it was told what appraisal found, and to the demonstration
    for one of its accounts.

    Raises PermissionError.
    """
    unit = _own_unit(identity)
    if unit is not None:
        yield _concerns(unit)
        yield _told(session, unit)
    if identity.demonstration:
        yield AuditEntry.demonstration.is_(True)


def _conditions(session: Session, identity: Identity, sought: Sought) -> Iterator[ColumnElement[bool]]:
    yield from _in_sight(session, identity)
    if sought.unit is not None:
        yield _concerns(sought.unit)
    if sought.first_day is not None:
        yield AuditEntry.moment >= _midnight(sought.first_day)
    if sought.last_day is not None:
        yield AuditEntry.moment < _midnight(sought.last_day + dt.timedelta(days=1))
    if sought.account == SERVER:
        yield and_(AuditEntry.account_id.is_(None), AuditEntry.role != Role.PUBLIC.value)
    elif sought.account is not None:
        yield or_(AuditEntry.account_id == sought.account, AuditEntry.about_id == sought.account)
    if sought.role:
        yield AuditEntry.role == sought.role
    if sought.deed:
        yield AuditEntry.action == sought.deed
    for word in fold(sought.words).split():
        yield _has_word(session, word)


def _named(query: Select[AuditEntry]) -> Select[AuditEntry, str, str, str, str, str]:
    """Entries with what they name by number or code: user names, people, the unit."""
    return (
        query.add_columns(
            _Actor.user_name, _ActorPerson.full_name, _About.user_name, _AboutPerson.full_name, Unit.name_vi
        )
        .outerjoin(_Actor, _Actor.id == AuditEntry.account_id)
        .outerjoin(_ActorPerson, _ActorPerson.account_id == AuditEntry.account_id)
        .outerjoin(_About, _About.id == AuditEntry.about_id)
        .outerjoin(_AboutPerson, _AboutPerson.account_id == AuditEntry.about_id)
        .outerjoin(Unit, and_(Unit.code == AuditEntry.unit_code, Unit.valid_from == AuditEntry.unit_valid_from))
    )


def newest_first(query: Select[AuditEntry]) -> Select[AuditEntry]:
    """The order of the log."""
    return query.order_by(AuditEntry.moment.desc(), AuditEntry.id.desc())


def _holder(account_id: int | None, user_name: str | None, full_name: str | None) -> Holder | None:
    return None if account_id is None else Holder(account_id, user_name or "", full_name or "")


def _key(code: str | None, valid_from: dt.date | None) -> UnitKey | None:
    return None if code is None or valid_from is None else UnitKey(code, valid_from)


def _record(row: Row[AuditEntry, str, str, str, str, str], lines: int) -> AuditRecord:
    entry, actor, actor_name, about, about_name, unit_name = row[:6]
    return AuditRecord(
        entry.id,
        entry.moment,
        entry.action,
        entry.role,
        _holder(entry.account_id, actor, actor_name),
        _holder(entry.about_id, about, about_name),
        entry.period or "",
        _key(entry.unit_code, entry.unit_valid_from),
        unit_name or "",
        entry.subject,
        entry.reason,
        entry.demonstration,
        lines,
    )


def _line_counts(session: Session, entries: Sequence[AuditEntry], unit: UnitKey | None) -> dict[int, int]:
    """How many lines of each entry may be seen."""
    if unit is None:
        return {entry.id: entry.lines for entry in entries}
    query = (
        select(AuditChange.entry_id, func.count())
        .join(AuditEntry, AuditEntry.id == AuditChange.entry_id)
        .where(AuditChange.entry_id.in_([entry.id for entry in entries]), *_visible_lines(unit))
        .group_by(AuditChange.entry_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _pages(total: int, size: int) -> int:
    return max(1, -(-total // size))


def audit_page(session: Session, identity: Identity, sought: Sought, page: int = 1) -> AuditPage:
    """A page of what is wanted of the log; a page beyond the last one is the last one. Raises PermissionError.

    The head of a unit sees what concerns his own unit, and rulings on it once the unit was told of them.
    """
    unit = _own_unit(identity)
    wanted = list(_conditions(session, identity, sought))
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(*wanted)) or 0
    pages = _pages(total, PAGE)
    shown = min(max(page, 1), pages)
    query = newest_first(select(AuditEntry).where(*wanted)).limit(PAGE).offset((shown - 1) * PAGE)
    rows = session.execute(_named(query)).all()
    counts = _line_counts(session, [row[0] for row in rows], unit)
    return AuditPage(tuple(_record(row, counts.get(row[0].id, 0)) for row in rows), total, shown, pages)


def audit_entry(session: Session, identity: Identity, entry_id: int, page: int = 1) -> AuditDetail:
    """An entry with a page of its lines. Raises PermissionError; LookupError when it is not there or not to be seen."""
    unit = _own_unit(identity)
    seen = select(AuditEntry).where(AuditEntry.id == entry_id, *_in_sight(session, identity))
    row = session.execute(_named(seen)).one_or_none()
    if row is None:
        raise LookupError(
            _(
                "Nhật ký không có mục số {id}, hoặc mục đó không thuộc phạm vi được xem. Hãy kiểm tra lại số của mục."
            ).format(id=entry_id)
        )
    count = _line_counts(session, [row[0]], unit).get(entry_id, 0)
    pages = _pages(count, LINES_PAGE)
    shown = min(max(page, 1), pages)
    query = (
        select(AuditChange, _LineUnit.name_vi)
        .join(AuditEntry, AuditEntry.id == AuditChange.entry_id)
        .outerjoin(
            _LineUnit,
            and_(_LineUnit.code == AuditChange.unit_code, _LineUnit.valid_from == AuditChange.unit_valid_from),
        )
        .where(AuditChange.entry_id == entry_id, *_visible_lines(unit))
        .order_by(AuditChange.line)
        .limit(LINES_PAGE)
        .offset((shown - 1) * LINES_PAGE)
    )
    lines = tuple(_line(change, name) for change, name in session.execute(query))
    return AuditDetail(_record(row, count), lines, shown, pages)


def _line(change: AuditChange, unit_name: str | None) -> AuditLine:
    key = _key(change.unit_code, change.unit_valid_from)
    return AuditLine(change.line, Change(change.place, change.before, change.after, key), unit_name or "")


def audit_export(session: Session, identity: Identity, sought: Sought) -> AuditExport:
    """What is wanted of the log with all lines, the newest first, as much as fits into a file. Raises PermissionError."""
    unit = _own_unit(identity)
    query = _named(newest_first(select(AuditEntry).where(*_conditions(session, identity, sought))))
    of_entry = and_(AuditChange.entry_id == AuditEntry.id, *_visible_lines(unit))
    of_line = and_(_LineUnit.code == AuditChange.unit_code, _LineUnit.valid_from == AuditChange.unit_valid_from)
    lined = (
        query.add_columns(AuditChange, _LineUnit.name_vi)
        .outerjoin(AuditChange, of_entry)
        .outerjoin(_LineUnit, of_line)
        .order_by(AuditChange.line)
        .limit(MOST_EXPORTED + 1)
    )
    rows = session.execute(lined).all()
    exported = [
        (_record(row, row[0].lines), None if row[6] is None else _line(row[6], row[7])) for row in rows[:MOST_EXPORTED]
    ]
    return AuditExport(tuple(exported), len(rows) > MOST_EXPORTED)


def has_demonstration(session: Session, identity: Identity, sought: Sought) -> bool:
    """Whether any of what is wanted is about demonstration data, so that a file of it must say so in its name.

    Raises PermissionError.
    """
    wanted = _conditions(session, identity, sought)
    query = select(AuditEntry.id).where(*wanted, AuditEntry.demonstration.is_(True)).limit(1)
    return session.scalar(query) is not None


def audit_accounts(session: Session, identity: Identity) -> tuple[Holder, ...]:
    """Accounts that the reader finds in the log, by their number. Raises PermissionError."""
    narrowed = tuple(_in_sight(session, identity))
    found: set[int] = set()
    for column in (AuditEntry.account_id, AuditEntry.about_id):
        ids = session.scalars(select(column).distinct().where(*narrowed))
        found.update(id_ for id_ in ids if id_ is not None)
    known = holders(session)
    return tuple(known.get(id_, Holder(id_, "", "")) for id_ in sorted(found))


def audit_units(session: Session, identity: Identity) -> tuple[tuple[UnitKey, str], ...]:
    """Units to filter by, with their names, in Vietnamese order; a unit's head has none to choose. Raises PermissionError."""
    if _own_unit(identity) is not None:
        return ()
    rows = session.execute(
        select(Unit.code, Unit.valid_from, Unit.name_vi)
        .where(Unit.level != "province")
        .order_by(Unit.sort_text, Unit.code, Unit.valid_from)
    )
    return tuple((UnitKey(code, valid_from), name) for code, valid_from, name in rows)
