"""An appraiser rules on criteria: agrees, corrects, rejects evidence, gives points or waives; always with a reason."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from assessment.appraisal import (
    AppraisalRefusedError,
    TaskKey,
    TaskRecord,
    appraisable,
    is_settled,
    seen_task,
    tier_name,
)
from assessment.appraised import RulingRecord, given_content, ruling_record
from assessment.audit import number_text, record
from assessment.entries import Entry, EntryList, Place, read_value, written
from assessment.permissions import Action, Identity, permit
from assessment.publication import permit_period
from assessment.reasons import given_reason
from assessment.roles import Role
from assessment.snapshots import LevelSnapshot
from assessment.submissions import ReportPlace, require_state, unit_name
from assessment.told_results import told_rulings, told_unit, untold_rulings
from criteria.model import input_word
from data.audit import Change, Deed
from data.lineage import UnitKey
from data.models import AppraisalTier, Period, PeriodState, Ruling, RulingKind, Unit
from data.repositories import UnitRecord
from language import _
from scoring.compiled import Column, CompiledSet, InputKind
from scoring.engine import CellState
from scoring.inputs import Inputs, ValueFault, encode

MOST_EARLIER = 30
"""Earlier rulings on a criterion that are at hand."""
Content = Mapping[str, float | str]
Value = float | str | dt.date | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an appraiser decides. kind: None keeps the ruling that is in force.

    texts: for corrected inputs and given points, what was typed, by key of the input; an empty one takes it away.
    """

    kind: RulingKind | None
    reason: str
    texts: Mapping[str, str] = field(default_factory=dict)


def kind_name(kind: RulingKind) -> str:
    """The decision as screens and papers write it."""
    return {
        RulingKind.AGREE: _("Đồng ý với số liệu đơn vị báo cáo"),
        RulingKind.CORRECT: _("Điều chỉnh số liệu"),
        RulingKind.REJECT_EVIDENCE: _("Không chấp nhận tài liệu kiểm chứng"),
        RulingKind.GIVE_POINTS: _("Cho điểm"),
        RulingKind.NOT_APPLICABLE: _("Công nhận không áp dụng"),
    }[kind]


def tier_state(tier: AppraisalTier) -> PeriodState:
    """Where a report stands while the tier is open."""
    return PeriodState.REAPPRAISAL if tier == AppraisalTier.SECOND else PeriodState.APPRAISAL


def columns_of(compiled: CompiledSet, criterion: str) -> tuple[Column, ...]:
    """The inputs that a criterion reads, in order."""
    return tuple(column for column in compiled.columns if column.code == criterion)


def kinds_for(compiled: CompiledSet, criterion: str) -> tuple[RulingKind, ...]:
    """What can be decided about a criterion: points are given only where the rule leaves them to appraisal."""
    if any(column.kind is InputKind.POINTS for column in columns_of(compiled, criterion)):
        return (RulingKind.GIVE_POINTS, RulingKind.NOT_APPLICABLE)
    return (RulingKind.AGREE, RulingKind.CORRECT, RulingKind.REJECT_EVIDENCE, RulingKind.NOT_APPLICABLE)


def input_names(entries: EntryList, criterion: str) -> dict[str, str]:
    """What the inputs of a criterion are called, by key."""
    return {c.key: _input_name(entries, c) for c in columns_of(entries.compiled, criterion)}


def _input_name(entries: EntryList, column: Column) -> str:
    if column.kind is InputKind.POINTS:
        return _("Điểm")
    note = entries.compiled.criteria_set.by_code[column.code].inputs.get(column.key)
    entry: Entry | None = entries.by_place.get(Place(column.code, column.key))
    named = note or (entry.note if entry else None)
    return str(named.name) if named else input_word(column.key)


def content_values(compiled: CompiledSet, criterion: str, content: Content) -> dict[str, Value]:
    """Inputs of a criterion by key, None where there is none."""
    return {c.key: _value(c, content.get(c.key)) for c in columns_of(compiled, criterion)}


def _value(column: Column, kept: float | str | None) -> Value:
    if column.kind is InputKind.DATE and isinstance(kept, str):
        return dt.date.fromisoformat(kept)
    return kept


def content_texts(compiled: CompiledSet, criterion: str, content: Content) -> dict[str, str]:
    """The same as somebody would type them; empty where there is none."""
    values = content_values(compiled, criterion, content)
    return {c.key: written(c, values[c.key]) for c in columns_of(compiled, criterion)}


def rule(
    session: Session,
    identity: Identity,
    snapshot: LevelSnapshot,
    chosen: Sequence[TaskRecord],
    verdict: Verdict,
    now: dt.datetime,
) -> tuple[RulingRecord, ...]:
    """Decides about criteria, of one unit or of several in the same way; all of it or nothing. Figures are corrected one by
    one: those of one unit are not another's.

    To be called in a session that writes drafts. snapshot: the level, self-assessed, at the month that is appraised, as
    the appraiser has seen it. A task may be ruled on again while its tier is open: the newest ruling is in force, the
    earlier ones stay. Raises PermissionError for a criterion that is not his to appraise, AppraisalRefusedError with what
    cannot be decided so, SubmissionRefusedError for a report that is not in appraisal.
    """
    if not chosen:
        raise AppraisalRefusedError([_("Chưa chọn chỉ số nào; hãy chọn ít nhất một.")])
    for task in chosen:
        permit(identity, Action.APPRAISE, unit=task.key.unit, groups=frozenset({task.group}))
    if verdict.kind is RulingKind.CORRECT and len(chosen) > 1:
        raise AppraisalRefusedError(
            [_("Số liệu sau thẩm định là của riêng từng chỉ số, từng đơn vị; hãy điều chỉnh từng mục một.")]
        )
    period = appraisable(session, snapshot.period.id, reopened=True)
    missing = _("Cần lý do từ 1 đến {most} ký tự để đơn vị biết vì sao; hãy ghi lý do.")
    reason = given_reason(verdict.reason, missing, AppraisalRefusedError)
    made, lines = [], []
    for task in chosen:
        row = seen_task(session, period.id, task)
        if identity.role == Role.APPRAISER and row.account_id != identity.account_id:
            raise PermissionError(
                _("{unit}, {code}: được giao cho người khác thẩm định.").format(
                    unit=unit_name(session, task.key.unit), code=row.criterion
                )
            )
        place = ReportPlace(period.id, task.key.unit)
        require_state(session, place, tier_state(task.key.tier))
        if is_settled(period, ruled=row.ruled):
            raise AppraisalRefusedError(
                [
                    _(
                        "{unit}, {code}: kết quả đã công bố; cơ quan thường trực mở lại thẩm định thì mới kết luận lại được."
                    ).format(unit=unit_name(session, task.key.unit), code=row.criterion)
                ]
            )
        before = _in_force(session, place, row.criterion)
        kind, content = _decided(snapshot, task.key, verdict, before)
        ruling = Ruling(
            **place.columns,
            criterion=row.criterion,
            tier=row.tier,
            kind=kind.value,
            content=json.dumps(content, ensure_ascii=False, sort_keys=True),
            reason=reason,
            account_id=identity.account_id,
            ruled_at=now,
        )
        session.add(ruling)
        # Touched even when it was ruled on before: whoever looks at the earlier ruling is told.
        row.ruled, row.version = True, row.version + 1
        session.flush()
        made.append(ruling_record(ruling))
        lines.append(
            Change(
                f"{row.criterion} ({tier_name(task.key.tier)})",
                None if before is None else _told(snapshot, before.criterion, before.kind, before.content),
                _told(snapshot, row.criterion, kind, content),
                task.key.unit,
            )
        )
    record(session, identity, now, Deed.RULE, reason=reason, period=period, month=snapshot.month, changes=lines)
    return tuple(made)


def _told(snapshot: LevelSnapshot, criterion: str, kind: RulingKind, content: Content) -> str:
    names = input_names(snapshot.entries, criterion)
    values = "; ".join(
        f"{names.get(key, key)} = {number_text(value) if isinstance(value, int | float) else value}"
        for key, value in content.items()
    )
    return f"{kind_name(kind)} ({values})" if values else kind_name(kind)


def _in_force(session: Session, place: ReportPlace, criterion: str) -> RulingRecord | None:
    query = select(Ruling).filter_by(**place.columns, criterion=criterion).order_by(Ruling.id.desc()).limit(1)
    row = session.scalar(query)
    return None if row is None else ruling_record(row)


def _decided(
    snapshot: LevelSnapshot, key: TaskKey, verdict: Verdict, before: RulingRecord | None
) -> tuple[RulingKind, Content]:
    row, compiled = snapshot.row_of.get(key.unit.code), snapshot.book.compiled
    if row is None or key.criterion not in compiled.index_of:
        raise AppraisalRefusedError(
            [_("Bộ chỉ số của kỳ không có {code} cho đơn vị này; hãy tải lại trang.").format(code=key.criterion)]
        )
    if verdict.kind is None:
        if before is None:
            raise AppraisalRefusedError(
                [_("{code} chưa có kết luận nào để giữ nguyên; hãy chọn kết luận khác.").format(code=key.criterion)]
            )
        return before.kind, before.content
    if verdict.kind not in kinds_for(compiled, key.criterion):
        raise AppraisalRefusedError(
            [
                _("{code}: không kết luận được «{kind}» cho chỉ số này; hãy chọn một trong: {kinds}.").format(
                    code=key.criterion,
                    kind=kind_name(verdict.kind),
                    kinds="; ".join(kind_name(kind) for kind in kinds_for(compiled, key.criterion)),
                )
            ]
        )
    match verdict.kind:
        case RulingKind.AGREE:
            if snapshot.book.state[row, compiled.index_of[key.criterion]] == CellState.REQUESTED:
                raise AppraisalRefusedError([_nothing_to_agree_to(snapshot.units[row], key.criterion)])
            return verdict.kind, given_content(snapshot, key.unit.code, key.criterion)
        case RulingKind.CORRECT | RulingKind.GIVE_POINTS:
            return verdict.kind, _typed(snapshot, row, key, verdict)
        case RulingKind.REJECT_EVIDENCE | RulingKind.NOT_APPLICABLE:
            return verdict.kind, {}


def _nothing_to_agree_to(unit: UnitRecord, criterion: str) -> str:
    others = (RulingKind.NOT_APPLICABLE, RulingKind.CORRECT, RulingKind.REJECT_EVIDENCE)
    return _(
        "{unit}, {code}: đơn vị đề nghị không áp dụng và không báo cáo số liệu, nên không có số liệu nào để đồng ý; hãy "
        "chọn «{waive}» nếu đề nghị đúng, «{correct}» hoặc «{reject}» (tính 0 điểm) nếu không."
    ).format(
        unit=unit.name_vi,
        code=criterion,
        **dict(zip(("waive", "correct", "reject"), map(kind_name, others), strict=True)),
    )


def _typed(snapshot: LevelSnapshot, row: int, key: TaskKey, verdict: Verdict) -> Content:
    """What was typed, read. Raises AppraisalRefusedError with every input that cannot be so, and for a correction of nothing."""
    columns = columns_of(snapshot.book.compiled, key.criterion)
    names, faults = input_names(snapshot.entries, key.criterion), []
    content: dict[str, float | str] = {}
    for column in columns:
        text = verdict.texts.get(column.key, "").strip()
        if not text:
            continue
        try:
            value = read_value(column, text)
        except ValueFault as fault:
            faults.append(f"{key.criterion}, {names[column.key]}: {fault}")
            continue
        content[column.key] = value.isoformat() if isinstance(value, dt.date) else value
    unknown = sorted(set(verdict.texts) - set(names))
    if unknown:
        faults.append(
            _("{code} không có số liệu {keys}; hãy tải lại trang.").format(code=key.criterion, keys=", ".join(unknown))
        )
    if not faults and not content:
        faults.append(
            _("{code}: chưa ghi số liệu nào sau thẩm định; hãy ghi số liệu, hoặc kết luận «{kind}».").format(
                code=key.criterion, kind=kind_name(RulingKind.REJECT_EVIDENCE)
            )
            if verdict.kind is RulingKind.CORRECT
            else _("{code}: chưa ghi điểm; hãy ghi từ 0 đến điểm tối đa.").format(code=key.criterion)
        )
    if not faults:
        faults = [f"{key.criterion}: {told}" for told in _contradictions(snapshot.inputs, row, columns, content)]
    if (
        not faults
        and verdict.kind is RulingKind.CORRECT
        and content == given_content(snapshot, key.unit.code, key.criterion)
    ):
        texts = content_texts(snapshot.book.compiled, key.criterion, content)
        faults.append(
            _(
                "{code} {name}: số liệu sau thẩm định ({values}) trùng với số liệu đơn vị báo cáo nên không có gì để điều chỉnh; "
                "hãy kết luận «{kind}»."
            ).format(
                code=key.criterion,
                name=snapshot.criteria_set.by_code[key.criterion].name,
                values="; ".join(f"{names[c]} = {text}" for c, text in texts.items() if text),
                kind=kind_name(RulingKind.AGREE),
            )
        )
    if faults:
        raise AppraisalRefusedError(faults)
    return content


def _contradictions(inputs: Inputs, row: int, columns: Iterable[Column], content: Content) -> Iterable[str]:
    """Sentences on parts larger than their whole."""
    values, given = inputs.values.copy(), inputs.given.copy()
    places = {inputs.compiled.column_of[c.code, c.key]: c for c in columns}
    for at, column in places.items():
        given[row, at] = column.key in content
        values[row, at] = encode(column, content[column.key]) if given[row, at] else 0.0
    found = replace(inputs, values=values, given=given).over_faults()
    return [message for unit, at, message in found if unit == row and at in places]


def rulings_on(session: Session, identity: Identity, place: ReportPlace, criterion: str) -> tuple[RulingRecord, ...]:
    """Every ruling on a criterion of a unit in a period, the oldest first; on one's own unit those that it was told.

    Raises PermissionError.
    """
    permit(identity, Action.READ_APPRAISED)
    permit_period(session, identity, place.period_id)
    if place.unit == told_unit(identity):
        told = told_rulings(session, place)
        return tuple(r for r in told.rulings if r.criterion == criterion) if told else ()
    query = select(Ruling).filter_by(**place.columns, criterion=criterion).order_by(Ruling.id)
    return tuple(ruling_record(row) for row in session.scalars(query))


def earlier_rulings(
    session: Session, identity: Identity, place: ReportPlace, criterion: str
) -> tuple[RulingRecord, ...]:
    """What was decided on the same criterion elsewhere in the period and about the unit in other periods, newest first.

    At most MOST_EARLIER; invented rulings are at hand for invented figures alone, and those on one's own unit once it was
    told of them. Raises PermissionError.
    """
    permit(identity, Action.READ_APPRAISED)
    permit_period(session, identity, place.period_id)
    level = select(Unit.level).where(Unit.code == place.unit.code, Unit.valid_from == place.unit.valid_from)
    # A code means another criterion at another level.
    same_level = exists().where(
        Unit.code == Ruling.unit_code,
        Unit.valid_from == Ruling.unit_valid_from,
        Unit.level == level.scalar_subquery(),
    )
    unit = and_(Ruling.unit_code == place.unit.code, Ruling.unit_valid_from == place.unit.valid_from)
    elsewhere = or_(and_(Ruling.period_id == place.period_id, ~unit), and_(Ruling.period_id != place.period_id, unit))
    origin = select(Period.origin).where(Period.id == place.period_id).scalar_subquery()
    alike = Ruling.period_id.in_(select(Period.id).where(Period.origin == origin))
    untold = Ruling.id.in_(_untold(session, told_unit(identity), criterion))
    query = select(Ruling).where(Ruling.criterion == criterion, elsewhere, alike, same_level, ~untold)
    query = query.order_by(Ruling.id.desc())
    return tuple(ruling_record(row) for row in session.scalars(query.limit(MOST_EARLIER)))


def _untold(session: Session, unit: UnitKey | None, criterion: str) -> Iterable[int]:
    """Numbers of the rulings on a criterion of a unit that it was not told of, of whatever period."""
    if unit is None:
        return ()
    own = Ruling.unit_code == unit.code, Ruling.unit_valid_from == unit.valid_from, Ruling.criterion == criterion
    held = session.scalars(select(Ruling.period_id).where(*own).distinct()).all()
    return [number for period_id in held for number in untold_rulings(session, period_id, unit)]
