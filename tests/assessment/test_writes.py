"""Every use case that writes, walked by every role: who may not is refused before anything changes."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from assessment.accounts import NewAccount, create_account
from assessment.appraisal import (
    AppraisalRefusedError,
    assign,
    begin_appraisal,
    begin_reappraisal,
    draw_recheck,
    send_draft_results,
)
from assessment.council import record_council, submit_for_approval
from assessment.deadlines import set_day_off, set_deadline
from assessment.disputes import answer_dispute, raise_dispute
from assessment.drafts import Change, confirm_copied, copy_figures, save_drafts
from assessment.efforts import save_efforts
from assessment.entries import EntryList, entry_list
from assessment.evidence import NewEvidence, add_evidence, attach, remove_evidence, remove_secret
from assessment.explaining import accept_results, explain, send_explanations
from assessment.importing import ImportRequest, import_inputs
from assessment.national import store_table
from assessment.permissions import Action, Identity
from assessment.publication import is_published, readable_periods, sight
from assessment.publishing import amend, close_trial, publish
from assessment.reopening import reopen
from assessment.roles import Role
from assessment.rulings import Verdict
from assessment.rulings import rule as rule_on
from assessment.scenarios import (
    Draft,
    change_scenario,
    delete_scenario,
    duplicate_scenario,
    rename_scenario,
    save_scenario,
)
from assessment.sending import SignedReport, approve_and_send, hand_to_head, return_report, take_back
from assessment.set_release import confirm_release, propose_release, refuse_release, withdraw_release
from assessment.set_storing import store_version
from assessment.sign_in import own_sessions, sign_out_own
from assessment.snapshots import LevelSnapshot, level_snapshot
from assessment.submissions import ReportPlace, open_month, submission
from assessment.system_figures import figure_difference, read_figures, read_typed, store_figures
from assessment.working_days import DayOff
from criteria.loader import read_text
from data.database import draft_session, read_session, write_session
from data.efforts import EffortContent, current_edition
from data.evidence_files import EvidenceFiles
from data.lineage import UnitKey
from data.models import Dispute, PeriodState, RulingKind, Submission
from data.national import difference
from data.national_files import read_national
from data.repositories import cells, data_version, periods
from data.settings import Settings
from data.stored_sets import stored_sets
from scoring.scenarios import Scenario
from tests.assessment.appraisal_office import begun_office, sent_office, task_of
from tests.assessment.appraising import (
    DAY,
    DECISION,
    appraised_office,
    office_period,
    published_office,
    rule,
    submitted_office,
)
from tests.assessment.appraising import NOON as APPRAISED_AT
from tests.assessment.reporting import open_office, snapshot_in
from tests.data.databases import Databases, reference_alone

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
VUNG_TAU, BA_RIA = UnitKey("747", dt.date(2020, 1, 1)), UnitKey("748", dt.date(2020, 1, 1))
OFFICE = Identity("thuong-truc", Role.DX_OFFICE)
UseCase = Callable[[Engine, Identity], object]
HEADER = "unit,criterion,input,value\n"
SET = """
id: walk-2024
level: district
year: 2024
version: "1.0"
scale: 100
groups:
  - code: NT
    name: Nhận thức số
    criteria:
      - {code: NT.1, name: Tỷ lệ, max_points: 100, rule: {type: ratio}}
"""
_numbers = count(1)
_filled: list[Databases] = []
"""Makes copies of databases that hold a period further on."""
NATIONAL = "year,rank,province,dti,source\n2023,10,BR-VT,0.7353,Báo cáo A\n".encode()


@pytest.fixture(scope="module")
def engine(new_database: Databases) -> Iterator[Engine]:
    """A database without demonstration data, with an office's period of June 2024 and a leader's scenario in it."""
    engine = new_database.opened(reference_alone)
    import_inputs(engine, OFFICE, figures(VUNG_TAU, BA_RIA), NOON)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module", autouse=True)
def filled(sqlite: Databases) -> None:
    """Databases with periods further on, on SQLite: who may do what does not depend on the database."""
    _filled[:] = [sqlite]


def figures(*units: UnitKey, month: int = 6, criteria: bytes | None = None) -> ImportRequest:
    rows = "".join(f"{unit.code},CQ.4,a,30\n{unit.code},CQ.4,b,100\n" for unit in units)
    return ImportRequest("district", 2024, month, (HEADER + rows).encode(), "f.csv", criteria, "s.yaml")


def scenario(engine: Engine, author: str) -> tuple[int, int]:
    """Id and version of a new scenario of somebody."""
    with write_session(engine) as session:
        session.execute(text("DELETE FROM scenario"))
        draft = Draft("Một", periods(session)[0].id, 6, 2023, Scenario())
        saved = save_scenario(session, Identity(author, Role.DX_OFFICE), draft, NOON)
        return saved.id, saved.version


def _in_session(engine: Engine, action: Callable[..., object], *arguments: object) -> None:
    with write_session(engine) as session:
        action(session, *arguments, NOON)


def _draft(engine: Engine) -> Draft:
    with read_session(engine) as session:
        return Draft("Hai", periods(session)[0].id, 6, 2023, Scenario())


def _national(engine: Engine, who: Identity) -> None:
    table = read_national(NATIONAL, "n.csv", 2025)
    with read_session(engine) as session:
        shown = difference(session, table)
    store_table(engine, who, table, shown, NOON)


def _new_month(engine: Engine, who: Identity) -> None:
    with write_session(engine) as session:
        session.execute(text("DELETE FROM input WHERE month = 7"))
        session.execute(text("DELETE FROM snapshot WHERE month = 7"))
    import_inputs(engine, who, figures(VUNG_TAU, month=7), NOON)


def _set(engine: Engine, who: Identity) -> None:
    read = read_text(SET, "walk.yaml").criteria_set
    assert read is not None
    store_version(engine, who, read, NOON)


def _version(engine: Engine) -> int:
    """Id of an official version that is neither proposed nor released."""
    number = f'version: "1.{next(_numbers)}"\nstatus: official'
    read = read_text(SET.replace('version: "1.0"', number), "walk.yaml").criteria_set
    assert read is not None
    store_version(engine, OFFICE, read, NOON)
    with read_session(engine) as session:
        return next(s.id for s in stored_sets(session) if s.stored.version == read.version)


def _releasing(use: Callable[[Engine, Identity, int], object], *, own: bool = False) -> UseCase:
    """Something done with a proposal. own: made by whoever acts, else by somebody else."""

    def act(engine: Engine, who: Identity) -> None:
        version = _version(engine)
        propose_release(engine, Identity("b", Role.DX_OFFICE, account_id=1 if own else 2), version, NOON)
        with read_session(engine) as session:
            release = next(s.release for s in stored_sets(session) if s.id == version)
        assert release is not None
        use(engine, who, release.id)

    return act


def _efforts(engine: Engine, who: Identity) -> None:
    with read_session(engine) as session:
        edition = current_edition(session)
    save_efforts(engine, who, EffortContent(), edition, NOON)


def _scenario_of(author: str, use: Callable[..., object], *more: object) -> Callable[[Engine, Identity], None]:
    def act(engine: Engine, who: Identity) -> None:
        key = scenario(engine, author)
        own = (_draft(engine),) if use is change_scenario else more
        _in_session(engine, use, who, *(key[:1] if use is duplicate_scenario else key), *own)

    return act


def _saving(engine: Engine, who: Identity) -> None:
    scenario(engine, "b")
    _in_session(engine, save_scenario, who, _draft(engine))


def _account(engine: Engine, who: Identity) -> None:
    with write_session(engine) as session:
        session.execute(text("DELETE FROM account"))
    create_account(engine, who, NewAccount("moi.747", Role.DATA_ENTRY, "Người mới", None, VUNG_TAU), NOON)


def _own_sessions(engine: Engine, who: Identity) -> None:
    with read_session(engine) as session:
        own_sessions(session, who, NOON)
    sign_out_own(engine, who, NOON)


def _drafting(unit: UnitKey, use: Callable[[Session, Identity, ReportPlace, EntryList], object]) -> UseCase:
    def act(engine: Engine, who: Identity) -> None:
        with draft_session(engine) as session:
            session.execute(text("DELETE FROM draft"))
            session.execute(text("DELETE FROM submission"))
            period = periods(session)[0]
            snapshot = level_snapshot(session, period, "district", 6)
            use(session, who, ReportPlace(period.id, unit), entry_list(snapshot.book.compiled))

    return act


def _typing(unit: UnitKey) -> UseCase:
    def use(session: Session, who: Identity, place: ReportPlace, entries: EntryList) -> None:
        save_drafts(session, who, place, entries, [Change(entries.entries[0].code, "1", 0)], NOON)

    return _drafting(unit, use)


def _copying(unit: UnitKey) -> UseCase:
    def use(session: Session, who: Identity, place: ReportPlace, entries: EntryList) -> None:
        copy_figures(session, who, place, entries, {entries.entries[0].code: "1"}, NOON)
        confirm_copied(session, who, place, entries, [entries.entries[0].code], NOON)

    return _drafting(unit, use)


def _moving(
    unit: UnitKey, state: str, use: Callable[[Session, Identity, ReportPlace, LevelSnapshot], object]
) -> UseCase:
    """Something done to a report that stands in a state at version 1."""

    def act(engine: Engine, who: Identity) -> None:
        with write_session(engine) as session:
            session.execute(text("DELETE FROM draft"))
            session.execute(text("DELETE FROM submission"))
            period = periods(session)[0]
            snapshot, place = level_snapshot(session, period, "district", 6), ReportPlace(period.id, unit)
            clerk = Identity("b", Role.DATA_ENTRY, unit)
            proof = _document(session, clerk, unit)
            attach(session, clerk, place, snapshot.criteria_set, proof, "CQ.4", "trang 1", NOON)
            signed = {"report_number": "1/BC", "report_date": NOON.date()} if state == "sent" else {}
            key = {"period_id": period.id, "unit_code": unit.code, "unit_valid_from": unit.valid_from}
            session.add(Submission(**key, state=state, changed_at=NOON, **signed))
            session.flush()
            use(session, who, place, snapshot)

    return act


def _hand_over(session: Session, who: Identity, place: ReportPlace, snapshot: LevelSnapshot) -> None:
    hand_to_head(session, who, place, snapshot, 1, NOON)


def _take_back(session: Session, who: Identity, place: ReportPlace, snapshot: LevelSnapshot) -> None:
    take_back(session, who, place, "Kiểm tra lại", 1, NOON)


def _send(session: Session, who: Identity, place: ReportPlace, snapshot: LevelSnapshot) -> None:
    head = Identity("b", Role.UNIT_LEADER, place.unit)
    approve_and_send(
        session, who, place, snapshot, SignedReport("2/BC", NOON.date(), _document(session, head, place.unit)), 1, NOON
    )


def _document(session: Session, who: Identity, unit: UnitKey) -> int:
    """A new document of the unit, by its address alone."""
    said = NewEvidence("2/BC", NOON.date(), "UBND", "Báo cáo", link="https://so.gov.vn/2", notice_read=True)
    return add_evidence(session, EvidenceFiles(Path("evidence")), who, unit, said, None, NOON)


def _documenting(unit: UnitKey) -> UseCase:
    def act(engine: Engine, who: Identity) -> None:
        with draft_session(engine) as session:
            _document(session, who, unit)

    return act


def _removing(unit: UnitKey) -> UseCase:
    def act(engine: Engine, who: Identity) -> None:
        with draft_session(engine) as session:
            own = _document(session, Identity("b", Role.DATA_ENTRY, unit), unit)
            remove_evidence(session, who, own, 1, "Đưa nhầm", NOON)

    return act


def _secret(engine: Engine, who: Identity) -> None:
    with write_session(engine) as session:
        own = _document(session, Identity("b", Role.DATA_ENTRY, BA_RIA), BA_RIA)
        remove_secret(session, who, own, "Có dấu mật", NOON)


def _return(session: Session, who: Identity, place: ReportPlace, snapshot: LevelSnapshot) -> None:
    return_report(session, who, place, "Bổ sung", 3, 1, NOON)


def _system(engine: Engine, who: Identity) -> None:
    with write_session(engine) as session:
        period = periods(session)[0]
        snapshot = level_snapshot(session, period, "district", open_month(session, period.id))
        entry = entry_list(snapshot.book.compiled).entries[0]
        table = read_figures("Mã đơn vị,Giá trị\n747,0\n".encode(), "nguon.csv", snapshot, entry)
        shown = figure_difference(session, OFFICE, snapshot, entry, table)
        store_figures(session, who, snapshot, entry, table, shown, NOON)
        # The next one finds figures of units again.
        session.execute(text("UPDATE input SET origin = 'self_assessed'"))


def _supplying(agency: str) -> UseCase:
    """A figure that an agency verifies."""

    def act(engine: Engine, who: Identity) -> None:
        with write_session(engine) as session:
            period = periods(session)[0]
            snapshot = level_snapshot(session, period, "district", open_month(session, period.id))
            entry = next(e for e in snapshot.entries.entries if agency in e.verifiers)
            table = read_typed({"747": "0"}, snapshot, entry)
            shown = figure_difference(session, OFFICE, snapshot, entry, table, Action.SUPPLY_FIGURES)
            store_figures(session, who, snapshot, entry, table, shown, NOON, Action.SUPPLY_FIGURES)
            session.execute(text("UPDATE input SET origin = 'self_assessed'"))

    return act


def _disputing(unit: UnitKey) -> UseCase:
    def use(session: Session, who: Identity, place: ReportPlace, entries: EntryList) -> None:
        session.execute(text("DELETE FROM dispute"))
        session.execute(text("UPDATE input SET origin = 'source_system'"))
        code = next(e.code for e in entries.entries if e.places[0].criterion == "CQ.4")
        raise_dispute(session, who, place, entries, code, "30", "Đúng là 3", NOON)
        session.execute(text("UPDATE input SET origin = 'self_assessed'"))

    return _drafting(unit, use)


def _answering_dispute(agency: str) -> UseCase:
    """The answer to what a unit says against a figure that an agency verifies."""

    def act(engine: Engine, who: Identity) -> None:
        with draft_session(engine) as session:
            session.execute(text("DELETE FROM dispute"))
            entries = level_snapshot(session, periods(session)[0], "district", 6).entries
            row = Dispute(period_id=periods(session)[0].id, unit_code="747", unit_valid_from=VUNG_TAU.valid_from)
            row.entry = next(e.code for e in entries.entries if agency in e.verifiers)
            row.figure, row.reason, row.raised_at = "1", "Đúng là 3", NOON
            session.add(row)
            session.flush()
            answer_dispute(session, who, entries, row.id, accepted=True, answer="Nạp lại", now=NOON)

    return act


def _deadline(engine: Engine, who: Identity) -> None:
    with write_session(engine) as session:
        session.execute(text("DELETE FROM deadline"))
        set_deadline(session, who, periods(session)[0], "district", NOON.date(), 3, 0, NOON)


def _day_off(engine: Engine, who: Identity) -> None:
    with write_session(engine) as session:
        set_day_off(session, who, DayOff(NOON.date(), False, "Nghỉ tránh bão", "Công điện 1"), NOON)


def _on_a_period(built: Callable[[Settings], Engine], use: Callable[[Session, Identity, int], object]) -> UseCase:
    """Something done with a whole period, in a database of its own: it is done once and never again."""

    def act(_engine: Engine, who: Identity) -> None:
        other = _filled[0].opened(built)
        with write_session(other) as session:
            use(session, who, office_period(session).id)
        other.dispose()

    return act


def _amend(session: Session, who: Identity, period_id: int) -> None:
    rule(session, "747", "CQ.1", (RulingKind.REJECT_EVIDENCE, {}))
    amend(session, who, period_id, replace(DECISION, number="790/QĐ-UBND"), "Sửa", APPRAISED_AT)


def _minutes(session: Session, who: Identity, period_id: int) -> None:
    record_council(session, who, period_id, "2/BB", DAY, "", APPRAISED_AT)


def _publish(session: Session, who: Identity, period_id: int) -> None:
    publish(session, who, period_id, DECISION, APPRAISED_AT)


def _close_trial(session: Session, who: Identity, period_id: int) -> None:
    close_trial(session, who, period_id, DAY, "", APPRAISED_AT)


def _submit(session: Session, who: Identity, period_id: int) -> None:
    record_council(session, OFFICE, period_id, "2/BB", DAY, "", APPRAISED_AT)
    submit_for_approval(session, who, period_id, "3/TTr", DAY, "", APPRAISED_AT)


def _in_appraisal(
    built: Callable[[Settings], Engine], use: Callable[[Session, Identity, LevelSnapshot], object]
) -> UseCase:
    """Something done while districts are appraised, undone at once."""

    def act(_engine: Engine, who: Identity) -> None:
        other = _filled[0].opened(built)
        with write_session(other) as session:
            use(session, who, snapshot_in(session))
        other.dispose()

    return act


def _assign(session: Session, who: Identity, snapshot: LevelSnapshot) -> None:
    assign(session, who, snapshot, [task_of(session, BA_RIA, "CQ.1")], None, DAY, APPRAISED_AT)


def _rule_on(unit: UnitKey) -> Callable[[Session, Identity, LevelSnapshot], None]:
    def use(session: Session, who: Identity, snapshot: LevelSnapshot) -> None:
        # Whoever acts has been given it, as far as his role can be given anything.
        session.execute(text("UPDATE appraisal_task SET account_id = 1"))
        chosen = [task_of(session, unit, "CQ.1")]
        rule_on(session, who, snapshot, chosen, Verdict(RulingKind.AGREE, "Khớp"), APPRAISED_AT)

    return use


def _told(session: Session, who: Identity, snapshot: LevelSnapshot) -> None:
    session.execute(text("UPDATE appraisal_task SET ruled = true"))
    unit = snapshot.units[snapshot.row_of["748"]]
    send_draft_results(session, who, snapshot.period.id, [unit], 5, APPRAISED_AT)


def _draw(session: Session, who: Identity, snapshot: LevelSnapshot) -> None:
    # Districts appraise communes, which these have none of: whoever may draw is told so.
    with suppress(AppraisalRefusedError):
        draw_recheck(session, who, snapshot, 10, 5, 1, APPRAISED_AT)


def _answering(
    unit: UnitKey, use: Callable[[Session, Identity, ReportPlace], object]
) -> Callable[[Session, Identity, LevelSnapshot], None]:
    """Something that a unit does with its draft results."""

    def act(session: Session, who: Identity, snapshot: LevelSnapshot) -> None:
        session.execute(text("UPDATE submission SET state = 'awaiting_explanation', due_on = '2024-12-31'"))
        session.expire_all()
        rule(session, unit.code, "CQ.1", (RulingKind.REJECT_EVIDENCE, {}))
        use(session, who, ReportPlace(snapshot.period.id, unit))

    return act


def _explain(session: Session, who: Identity, place: ReportPlace) -> None:
    explain(session, who, place, "CQ.1", "Đã có tài liệu", 0, APPRAISED_AT)


def _send_explanations(session: Session, who: Identity, place: ReportPlace) -> None:
    explain(session, Identity("b", Role.DATA_ENTRY, place.unit), place, "CQ.1", "Đã có", 0, APPRAISED_AT)
    send_explanations(session, who, place, submission(session, place).version, APPRAISED_AT)


def _accept(session: Session, who: Identity, place: ReportPlace) -> None:
    accept_results(session, who, place, submission(session, place).version, APPRAISED_AT)


def _again(session: Session, who: Identity, snapshot: LevelSnapshot) -> None:
    place = ReportPlace(snapshot.period.id, BA_RIA)
    _answering(BA_RIA, lambda s, _who, p: _send_explanations(s, Identity("b", Role.UNIT_LEADER, BA_RIA), p))(
        session, who, snapshot
    )
    begin_reappraisal(session, who, snapshot, [place.unit], 3, APPRAISED_AT)


def _reopen(session: Session, who: Identity, snapshot: LevelSnapshot) -> None:
    reopen(session, who, snapshot, BA_RIA, ["CQ.1"], "Sửa", 5, APPRAISED_AT)


OFFICE_ONLY = {Role.DX_OFFICE}
UNIT = {Role.UNIT_LEADER, Role.DATA_ENTRY}
SAVERS = {Role.DX_OFFICE, Role.PROVINCE_LEADER}
# What is done, and the roles that may. Whoever acts is "a", of Vũng Tàu and of the provincial police.
USE_CASES: dict[str, tuple[UseCase, set[Role]]] = {
    "figures of the own unit": (lambda e, who: import_inputs(e, who, figures(VUNG_TAU), NOON), OFFICE_ONLY),
    "a draft of the own unit": (_typing(VUNG_TAU), UNIT),
    "a draft of another unit": (_typing(BA_RIA), set()),
    "copied figures of the own unit": (_copying(VUNG_TAU), UNIT),
    "copied figures of another unit": (_copying(BA_RIA), set()),
    "the own report to the head": (_moving(VUNG_TAU, "self_assessment", _hand_over), UNIT),
    "another report to its head": (_moving(BA_RIA, "self_assessment", _hand_over), set()),
    "the own report back from the head": (_moving(VUNG_TAU, "awaiting_head", _take_back), UNIT),
    "another report back from its head": (_moving(BA_RIA, "awaiting_head", _take_back), set()),
    "the own report sent": (_moving(VUNG_TAU, "awaiting_head", _send), {Role.UNIT_LEADER}),
    "another report sent": (_moving(BA_RIA, "awaiting_head", _send), set()),
    "a document of the own unit": (_documenting(VUNG_TAU), UNIT),
    "a document of another unit": (_documenting(BA_RIA), set()),
    "a document of the own unit away": (_removing(VUNG_TAU), UNIT),
    "a document of another unit away": (_removing(BA_RIA), set()),
    "a secret away": (_secret, {Role.ADMINISTRATOR, Role.DX_OFFICE}),
    "the own report returned": (_moving(VUNG_TAU, "sent", _return), OFFICE_ONLY),
    "another report returned": (_moving(BA_RIA, "sent", _return), OFFICE_ONLY),
    "a figure of a source system": (_system, OFFICE_ONLY),
    "a figure of the own agency": (_supplying("CAT"), OFFICE_ONLY | {Role.DATA_PROVIDER}),
    "a figure of another agency": (_supplying("NHNN"), OFFICE_ONLY),
    "a dispute of the own unit's figure": (_disputing(VUNG_TAU), UNIT),
    "a dispute of another unit's figure": (_disputing(BA_RIA), set()),
    "the answer to a dispute of a figure of the own agency": (
        _answering_dispute("CAT"), OFFICE_ONLY | {Role.DATA_PROVIDER},
    ),
    "the answer to a dispute of another agency's figure": (_answering_dispute("NHNN"), OFFICE_ONLY),
    "a deadline": (_deadline, OFFICE_ONLY),
    "a day off": (_day_off, OFFICE_ONLY),
    "figures of another unit": (lambda e, who: import_inputs(e, who, figures(BA_RIA), NOON), OFFICE_ONLY),
    "figures of both": (lambda e, who: import_inputs(e, who, figures(VUNG_TAU, BA_RIA), NOON), OFFICE_ONLY),
    "figures of a new month": (_new_month, OFFICE_ONLY),
    "a criteria set": (_set, OFFICE_ONLY),
    "a proposal to release a set": (lambda e, who: propose_release(e, who, _version(e), NOON), SAVERS),
    "the release of a set": (_releasing(lambda e, who, i: confirm_release(e, who, i, NOON)), SAVERS),
    "the refusal of a release": (_releasing(lambda e, who, i: refuse_release(e, who, i, "Thiếu", NOON)), SAVERS),
    "a proposal back": (_releasing(lambda e, who, i: withdraw_release(e, who, i, NOON), own=True), SAVERS),
    "a report into appraisal": (
        _in_appraisal(sent_office, lambda s, who, x: begin_appraisal(s, who, x, [BA_RIA], 5, APPRAISED_AT)),
        OFFICE_ONLY,
    ),
    "a task to somebody": (_in_appraisal(begun_office, _assign), OFFICE_ONLY),
    "a sample drawn": (_in_appraisal(begun_office, _draw), OFFICE_ONLY),
    "a ruling on the own unit": (_in_appraisal(begun_office, _rule_on(VUNG_TAU)), set()),
    "a ruling on another unit": (_in_appraisal(begun_office, _rule_on(BA_RIA)), {Role.DX_OFFICE, Role.APPRAISER}),
    "draft results": (_in_appraisal(begun_office, _told), OFFICE_ONLY),
    "an explanation of the own unit": (_in_appraisal(begun_office, _answering(VUNG_TAU, _explain)), UNIT),
    "an explanation of another unit": (_in_appraisal(begun_office, _answering(BA_RIA, _explain)), set()),
    "the own explanations sent": (
        _in_appraisal(begun_office, _answering(VUNG_TAU, _send_explanations)), {Role.UNIT_LEADER},
    ),
    "another unit's explanations sent": (_in_appraisal(begun_office, _answering(BA_RIA, _send_explanations)), set()),
    "the own results accepted": (_in_appraisal(begun_office, _answering(VUNG_TAU, _accept)), {Role.UNIT_LEADER}),
    "another unit's results accepted": (_in_appraisal(begun_office, _answering(BA_RIA, _accept)), set()),
    "the second appraisal": (_in_appraisal(begun_office, _again), OFFICE_ONLY),
    "criteria that the council has passed": (_in_appraisal(published_office, _reopen), OFFICE_ONLY),
    "the council's minutes": (_on_a_period(appraised_office, _minutes), OFFICE_ONLY),
    "results for approval": (_on_a_period(appraised_office, _submit), OFFICE_ONLY),
    "a publication": (_on_a_period(submitted_office, _publish), OFFICE_ONLY),
    "an amended publication": (_on_a_period(published_office, _amend), OFFICE_ONLY),
    "the end of a trial run": (_on_a_period(open_office, _close_trial), OFFICE_ONLY),
    "national results": (_national, OFFICE_ONLY),
    "the effort table": (_efforts, OFFICE_ONLY),
    "a new scenario": (_saving, SAVERS),
    "a copy of somebody's scenario": (_scenario_of("b", duplicate_scenario), SAVERS),
    "the own scenario": (_scenario_of("a", change_scenario), SAVERS),
    "somebody else's scenario": (_scenario_of("b", change_scenario), OFFICE_ONLY),
    "the name of the own scenario": (_scenario_of("a", rename_scenario, "Ba"), SAVERS),
    "the name of somebody else's scenario": (_scenario_of("b", rename_scenario, "Ba"), OFFICE_ONLY),
    "the own scenario away": (_scenario_of("a", delete_scenario), SAVERS),
    "somebody else's scenario away": (_scenario_of("b", delete_scenario), OFFICE_ONLY),
    "an account": (_account, {Role.DX_OFFICE, Role.ADMINISTRATOR}),
    "the own sessions": (_own_sessions, set(Role) - {Role.PUBLIC}),
}  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("case", list(USE_CASES))
def test_every_write_by_every_role(engine: Engine, case: str, role: Role) -> None:
    act, may = USE_CASES[case]
    who = Identity(None, role)
    if role != Role.PUBLIC:
        groups = frozenset({"CQ"}) if role == Role.APPRAISER else frozenset()
        who = Identity("a", role, VUNG_TAU, groups, account_id=1, agency="CAT")
    if role in may:
        act(engine, who)
        return
    with pytest.raises(PermissionError, match="Vai trò «"):
        act(engine, who)


def test_a_refused_import_has_stored_nothing(engine: Engine) -> None:
    clerk = Identity("a", Role.DATA_ENTRY, VUNG_TAU)
    with read_session(engine) as session:
        period = periods(session)[0]
        before = cells(session, period.id, "district", 6), data_version(session)
    with pytest.raises(PermissionError):
        import_inputs(engine, clerk, figures(VUNG_TAU, BA_RIA), NOON)
    with read_session(engine) as session:
        assert (cells(session, period.id, "district", 6), data_version(session)) == before


def test_the_public_reads_published_periods_only(engine: Engine) -> None:
    def seen(role: Role) -> list[str]:
        with read_session(engine) as session:
            return [period.state for period in readable_periods(session, sight(Identity(None, role)))]

    inside = {role for role in Role if role not in (Role.PUBLIC, Role.DATA_PROVIDER)}
    for state in PeriodState:
        with write_session(engine) as session:
            session.execute(text("UPDATE period SET state = :state"), {"state": state.value})
        assert {role for role in Role if seen(role)} == (set(Role) if state == PeriodState.PUBLISHED else inside)


def test_invented_figures_are_never_published(engine: Engine) -> None:
    with read_session(engine) as session:
        period = periods(session)[0]
    for state in PeriodState:
        for origin in ("office", "demonstration"):
            shown = type(period)(period.id, period.year, period.name, state, origin, period.unit_date)
            assert is_published(shown) is (origin == "office" and state == PeriodState.PUBLISHED)
