"""The library of evidence: what who may know of documents sees of them, and opening one for reading."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assessment.permissions import Action, Identity, Reach, may_know, permit, permitted, reach
from assessment.publication import permit_period
from assessment.submissions import ReportPlace
from data.evidence_files import EvidenceFiles
from data.lineage import UnitKey
from data.models import Account, Evidence, EvidenceFile, EvidenceReading, EvidenceUse, Period, Person, Ruling, Unit
from language import _

SECURITY_GROUP = "AT"
"""The main index of information security: what proves its criteria is for its appraisers alone."""
REPORT = ""
"""What stands in the place of a criterion for the signed report itself."""
MOST_READINGS = 100


@dataclass(frozen=True, slots=True)
class UseRecord:
    """What a document proves. criterion: empty for the signed report itself.

    with_explanation: whether it was attached after appraisal had found something of the unit, to explain a criterion.
    """

    place: ReportPlace
    period_name: str
    criterion: str
    group: str
    page: str
    with_explanation: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """A document as somebody sees it who may know of it.

    abstract and file_name are empty for who may not read it. other_units: units whose library has the same file; their
    names for who sees every unit, else empty names. in_force: neither marked nor past its last day. demonstration: whether
    an account of the demonstration put it in.
    """

    id: int
    unit: UnitKey
    unit_name: str
    number: str
    issued_on: dt.date
    issuer: str
    abstract: str
    has_link: bool
    file_name: str | None
    size: int | None
    security: bool
    valid_to: dt.date | None
    in_force: bool
    marked_out_of_force: bool
    removed_at: dt.datetime | None
    removal_reason: str | None
    uses: tuple[UseRecord, ...]
    other_units: tuple[str, ...]
    readable: bool
    readings: int
    version: int
    demonstration: bool = False

    @property
    def is_shared(self) -> bool:
        """Whether other units have put in the same file."""
        return bool(self.other_units)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a reader gets: a file with its kind and name, or an address elsewhere."""

    path: Path | None
    media_type: str
    name: str
    link: str | None


def _groups(uses: Sequence[EvidenceUse]) -> frozenset[str]:
    return frozenset(use.group_code for use in uses if use.group_code)


def _is_security(row: Evidence, groups: frozenset[str]) -> bool:
    return row.security or SECURITY_GROUP in groups


def _may_read(identity: Identity, row: Evidence, groups: frozenset[str]) -> bool:
    if not may_know(identity, invented=row.demonstration):
        return False
    unit = UnitKey(row.unit_code, row.unit_valid_from)
    if not _is_security(row, groups):
        return permitted(identity, Action.READ_EVIDENCE, unit=unit, groups=groups)
    own = frozenset({SECURITY_GROUP}) if SECURITY_GROUP in groups else groups
    return permitted(identity, Action.READ_SECURITY_EVIDENCE, unit=unit, groups=own)


def unknown_document() -> str:
    """What is said of a document that is not there, and to whoever may not read one: nobody learns which exist."""
    return _("Không có tài liệu này hoặc bạn không được đọc tài liệu này.")


def open_evidence(
    session: Session, files: EvidenceFiles, identity: Identity, evidence_id: int, now: dt.datetime
) -> Opened:
    """The document for reading; the reading is noted first. To be called in a draft session.

    Raises PermissionError for who may not read it, LookupError when there is none or it was removed.
    """
    if reach(identity, Action.READ_EVIDENCE) is None:
        permit(identity, Action.READ_EVIDENCE)
    row = session.get(Evidence, evidence_id)
    if row is None or not may_know(identity, invented=row.demonstration):
        raise LookupError(unknown_document())
    uses = session.scalars(select(EvidenceUse).where(EvidenceUse.evidence_id == row.id)).all()
    groups = _groups(uses)
    if not _may_read(identity, row, groups):
        action = Action.READ_SECURITY_EVIDENCE if _is_security(row, groups) else Action.READ_EVIDENCE
        permit(identity, action, unit=UnitKey(row.unit_code, row.unit_valid_from))
    if row.removed_at is not None:
        raise LookupError(_("Tài liệu đã được gỡ khỏi thư viện."))
    session.add(EvidenceReading(evidence_id=row.id, account_id=identity.account_id, read_at=now))
    session.flush()
    if row.sha256 is None:
        return Opened(None, "", "", row.link)
    file = session.get_one(EvidenceFile, row.sha256)
    return Opened(files.path(row.sha256), file.media_type, row.file_name or "", None)


@dataclass(frozen=True, slots=True)
class ReadingRecord:
    """Somebody opened a document. user_name: empty once the account is gone; full_name: empty once it was erased."""

    read_at: dt.datetime
    user_name: str
    full_name: str


def readings(session: Session, identity: Identity, evidence_id: int) -> tuple[ReadingRecord, ...]:
    """Who opened a document, the newest first, the last hundred.

    Raises PermissionError for who may not read the log of the document's unit, LookupError when there is none.
    """
    row = session.get(Evidence, evidence_id)
    if row is None or not may_know(identity, invented=row.demonstration):
        raise LookupError(unknown_document())
    permit(identity, Action.READ_AUDIT, unit=UnitKey(row.unit_code, row.unit_valid_from))
    query = (
        select(EvidenceReading.read_at, Account.user_name, Person.full_name)
        .outerjoin(Account, Account.id == EvidenceReading.account_id)
        .outerjoin(Person, Person.account_id == Account.id)
        .where(EvidenceReading.evidence_id == evidence_id)
        .order_by(EvidenceReading.id.desc())
        .limit(MOST_READINGS)
    )
    return tuple(ReadingRecord(at, user or "", name or "") for at, user, name in session.execute(query))


def library(session: Session, identity: Identity, today: dt.date) -> tuple[EvidenceRecord, ...]:
    """The documents that the identity may know of, the newest first, removed ones among them.

    Raises PermissionError for who has nothing to do with evidence.
    """
    everywhere = _sees_everything(identity)
    if not everywhere and reach(identity, Action.READ_EVIDENCE) is None:
        permit(identity, Action.READ_EVIDENCE)
    query = select(Evidence).order_by(Evidence.created_at.desc(), Evidence.id.desc())
    if identity.demonstration:
        query = query.where(Evidence.demonstration)
    if reach(identity, Action.READ_EVIDENCE) == Reach.OWN and identity.unit is not None:
        query = query.where(
            Evidence.unit_code == identity.unit.code, Evidence.unit_valid_from == identity.unit.valid_from
        )
    records = _records(session, identity, session.scalars(query).all(), today)
    return tuple(r for r in records if everywhere or r.readable)


def unit_library(session: Session, identity: Identity, unit: UnitKey, today: dt.date) -> tuple[EvidenceRecord, ...]:
    """The documents of a unit that can be attached, by number. Raises PermissionError for another unit."""
    permit(identity, Action.ATTACH_EVIDENCE, unit=unit)
    query = select(Evidence).where(
        Evidence.unit_code == unit.code,
        Evidence.unit_valid_from == unit.valid_from,
        Evidence.removed_at.is_(None),
        Evidence.demonstration.is_(identity.demonstration),
    )
    rows = session.scalars(query.order_by(Evidence.number, Evidence.id)).all()
    return _records(session, identity, rows, today)


def attached(
    session: Session, identity: Identity, place: ReportPlace, today: dt.date
) -> dict[str, tuple[EvidenceRecord, ...]]:
    """What proves each criterion of a unit's report, by criterion; under REPORT the signed reports, the newest last.

    Raises PermissionError for a unit that is not the identity's to see.
    """
    permit(identity, Action.READ_DRAFTS, unit=place.unit)
    permit_period(session, identity, place.period_id)
    query = (
        select(EvidenceUse.criterion, Evidence)
        .join(Evidence, Evidence.id == EvidenceUse.evidence_id)
        .where(
            EvidenceUse.period_id == place.period_id,
            EvidenceUse.unit_code == place.unit.code,
            EvidenceUse.unit_valid_from == place.unit.valid_from,
            Evidence.removed_at.is_(None),
        )
        .order_by(EvidenceUse.attached_at, Evidence.id)
    )
    found = session.execute(query).all()
    rows = {row.id: row for _criterion, row in found}
    records = {r.id: r for r in _records(session, identity, list(rows.values()), today)}
    result: dict[str, tuple[EvidenceRecord, ...]] = {}
    for criterion, row in found:
        result[criterion] = (*result.get(criterion, ()), records[row.id])
    return result


def evidence_of(
    session: Session, identity: Identity, period_id: int, units: Sequence[UnitKey], today: dt.date
) -> dict[tuple[UnitKey, str], tuple[EvidenceRecord, ...]]:
    """What proves criteria of reports that were sent, by unit and criterion, for those who appraise them.

    Of a document that one may not read, abstract and file name are empty. Raises PermissionError.
    """
    permit(identity, Action.READ_APPRAISED)
    permit_period(session, identity, period_id)
    query = (
        select(EvidenceUse, Evidence)
        .join(Evidence, Evidence.id == EvidenceUse.evidence_id)
        .where(
            EvidenceUse.period_id == period_id,
            EvidenceUse.unit_code.in_({unit.code for unit in units}),
            EvidenceUse.criterion != REPORT,
            Evidence.removed_at.is_(None),
        )
        .order_by(EvidenceUse.attached_at, Evidence.id)
    )
    found = session.execute(query).all()
    rows = {row.id: row for _use, row in found}
    records = {r.id: r for r in _records(session, identity, list(rows.values()), today)}
    result: dict[tuple[UnitKey, str], tuple[EvidenceRecord, ...]] = {}
    for use, row in found:
        place = UnitKey(use.unit_code, use.unit_valid_from), use.criterion
        result[place] = (*result.get(place, ()), records[row.id])
    return result


def flagged_documents(session: Session, period_id: int, today: dt.date) -> dict[UnitKey, int]:
    """How many documents that prove something in a period are no longer in force or lie in another library too, by unit.

    Units without one are left out.
    """
    held = (
        select(Evidence.sha256)
        .where(Evidence.removed_at.is_(None), Evidence.sha256.is_not(None))
        .group_by(Evidence.sha256, Evidence.demonstration)
        .having(func.count() > 1)
    )
    # A library holds a file once, and once for the demonstration: the same file twice is in two libraries.
    query = (
        select(Evidence.unit_code, Evidence.unit_valid_from, func.count(Evidence.id.distinct()))
        .join(EvidenceUse, EvidenceUse.evidence_id == Evidence.id)
        .where(
            EvidenceUse.period_id == period_id,
            Evidence.removed_at.is_(None),
            or_(Evidence.out_of_force, Evidence.valid_to < today, Evidence.sha256.in_(held)),
        )
        .group_by(Evidence.unit_code, Evidence.unit_valid_from)
    )
    return {UnitKey(code, since): count for code, since, count in session.execute(query)}


def _sees_everything(identity: Identity) -> bool:
    return Reach.ANY in (reach(identity, Action.READ_EVIDENCE), reach(identity, Action.REMOVE_SECRET))


def _records(
    session: Session, identity: Identity, rows: Sequence[Evidence], today: dt.date
) -> tuple[EvidenceRecord, ...]:
    if not rows:
        return ()
    ids = [row.id for row in rows]
    names = {
        UnitKey(code, since): name
        for code, since, name in session.execute(select(Unit.code, Unit.valid_from, Unit.name_vi))
    }
    uses = _uses(session, ids)
    periods = dict(session.execute(select(Period.id, Period.name)).all())
    hashes = {row.sha256 for row in rows if row.sha256 is not None}
    measured = select(EvidenceFile.sha256, EvidenceFile.size).where(EvidenceFile.sha256.in_(hashes))
    sizes = dict(session.execute(measured).all())
    counted = (
        select(EvidenceReading.evidence_id, func.count())
        .where(EvidenceReading.evidence_id.in_(ids))
        .group_by(EvidenceReading.evidence_id)
    )
    readings = dict(session.execute(counted).all())
    holders, ruled = _holders(session, hashes), _first_rulings(session, uses)
    return tuple(_record(identity, row, uses, periods, names, sizes, readings, holders, ruled, today) for row in rows)


def _first_rulings(session: Session, uses: Mapping[int, Sequence[EvidenceUse]]) -> dict[ReportPlace, dt.datetime]:
    """When appraisal first found something, by report: what is attached later was attached to explain."""
    used = {use.period_id for own in uses.values() for use in own}
    query = (
        select(Ruling.period_id, Ruling.unit_code, Ruling.unit_valid_from, func.min(Ruling.ruled_at))
        .where(Ruling.period_id.in_(used))
        .group_by(Ruling.period_id, Ruling.unit_code, Ruling.unit_valid_from)
    )
    return {ReportPlace(period, UnitKey(code, since)): first for period, code, since, first in session.execute(query)}


def _uses(session: Session, ids: Sequence[int]) -> dict[int, list[EvidenceUse]]:
    result: dict[int, list[EvidenceUse]] = {}
    query = select(EvidenceUse).where(EvidenceUse.evidence_id.in_(ids))
    for use in session.scalars(query.order_by(EvidenceUse.period_id, EvidenceUse.criterion)):
        result.setdefault(use.evidence_id, []).append(use)
    return result


def _holders(session: Session, hashes: Collection[str]) -> dict[str, set[UnitKey]]:
    """The units whose libraries hold files, by the files' hashes."""
    query = select(Evidence.sha256, Evidence.unit_code, Evidence.unit_valid_from).where(
        Evidence.removed_at.is_(None), Evidence.sha256.in_(hashes)
    )
    result: dict[str, set[UnitKey]] = {}
    for sha256, code, since in session.execute(query):
        if sha256 is not None:
            result.setdefault(sha256, set()).add(UnitKey(code, since))
    return result


def _use_record(use: EvidenceUse, period_name: str, ruled: Mapping[ReportPlace, dt.datetime]) -> UseRecord:
    place = ReportPlace(use.period_id, UnitKey(use.unit_code, use.unit_valid_from))
    later = place in ruled and use.attached_at > ruled[place]
    return UseRecord(place, period_name, use.criterion, use.group_code, use.page, later and use.criterion != REPORT)


def _record(
    identity: Identity,
    row: Evidence,
    uses: Mapping[int, Sequence[EvidenceUse]],
    periods: Mapping[int, str],
    names: Mapping[UnitKey, str],
    sizes: Mapping[str, int],
    readings: Mapping[int, int],
    holders: Mapping[str, set[UnitKey]],
    ruled: Mapping[ReportPlace, dt.datetime],
    today: dt.date,
) -> EvidenceRecord:
    unit, own_uses = UnitKey(row.unit_code, row.unit_valid_from), uses.get(row.id, ())
    groups = _groups(own_uses)
    others = sorted(names[u] for u in holders.get(row.sha256 or "", set()) - {unit})
    readable = _may_read(identity, row, groups)
    past = row.valid_to is not None and row.valid_to < today
    return EvidenceRecord(
        id=row.id,
        unit=unit,
        unit_name=names[unit],
        number=row.number,
        issued_on=row.issued_on,
        issuer=row.issuer,
        abstract=row.abstract if readable else "",
        has_link=row.link is not None,
        file_name=row.file_name if readable else None,
        size=sizes.get(row.sha256 or ""),
        security=_is_security(row, groups),
        valid_to=row.valid_to,
        in_force=not (row.out_of_force or past),
        marked_out_of_force=row.out_of_force,
        removed_at=row.removed_at,
        removal_reason=row.removal_reason,
        uses=tuple(_use_record(u, periods[u.period_id], ruled) for u in own_uses),
        other_units=tuple(others) if _sees_everything(identity) else ("",) * len(others),
        readable=readable,
        readings=readings.get(row.id, 0),
        version=row.version,
        demonstration=row.demonstration,
    )
