"""Every use case that writes leaves an entry of who, when, from what to what; what is refused or fails leaves none."""

import ast
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pyotp.totp import TOTP
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

import assessment
from assessment.__main__ import main
from assessment.account_sheets import columns, create_from_sheet
from assessment.accounts import (
    AccountRecord,
    AccountRefusedError,
    NewAccount,
    account_list,
    close_account,
    create_account,
    create_accounts,
    erase_person,
    hand_over,
    link_identity,
    reset_password,
    reset_second_factor,
    sign_out_everywhere,
    unlink_identity,
    unlock,
)
from assessment.appraisal import begin_appraisal, send_draft_results, tasks
from assessment.audit import deed_names, number_text
from assessment.council import record_council
from assessment.deadlines import set_deadline
from assessment.disputes import answer_dispute, disputes, raise_dispute
from assessment.drafts import Change as Typed
from assessment.drafts import save_drafts
from assessment.efforts import save_efforts
from assessment.entries import entry_list
from assessment.evidence import NewEvidence, add_evidence, attach, remove_secret
from assessment.explaining import accept_results, explain
from assessment.importing import ImportRefusedError, ImportRequest, import_inputs
from assessment.national import ChangedMeanwhileError, store_table, withdraw_office_results
from assessment.passwords import PasswordRefusedError
from assessment.permissions import Action, Identity
from assessment.publication import Sight
from assessment.publishing import close_trial
from assessment.roles import Role
from assessment.rulings import Verdict, kinds_for, rule
from assessment.scenarios import (
    Draft,
    ScenarioStoreError,
    change_scenario,
    delete_scenario,
    duplicate_scenario,
    rename_scenario,
    save_scenario,
    saved_scenarios,
)
from assessment.sending import SignedReport, approve_and_send, hand_to_head, return_report
from assessment.set_release import (
    ReleaseRefusedError,
    confirm_release,
    propose_release,
    refuse_release,
    withdraw_release,
)
from assessment.set_storing import SetRefusedError, store_version
from assessment.sign_in import (
    SignInRefusedError,
    Vouched,
    begin_enrolment,
    change_password,
    confirm_enrolment,
    give_second_factor,
    open_visit,
    sign_in,
    sign_in_by_subject,
    sign_out,
    sign_out_own,
    visit,
)
from assessment.snapshots import LevelSnapshot, level_snapshot
from assessment.submissions import ReportPlace, period_of, submission
from assessment.system_figures import figure_difference, read_figures, read_typed, store_figures
from criteria.loader import read_text
from data.audit import Deed
from data.database import draft_session, make_engine, read_session, write_session
from data.efforts import EffortContent, EffortLineRecord, EffortsChangedError
from data.evidence_files import EvidenceFiles
from data.lineage import UnitKey
from data.models import AuditChange, AuditEntry, PeriodState, RulingKind, Submission
from data.national import NationalDifference, difference
from data.national_files import NationalTable, read_national
from data.repositories import periods
from data.secret_box import SecretBox
from data.settings import Settings
from data.stored_sets import stored_sets
from scoring.scenarios import IndexScore, Scenario
from tests.data.databases import Databases, reference_alone

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
VUNG_TAU, BA_RIA = UnitKey("747", dt.date(2020, 1, 1)), UnitKey("748", dt.date(2020, 1, 1))
OFFICE = Identity("thuong-truc", Role.DX_OFFICE, account_id=900)
LEADER = Identity("lanh-dao", Role.PROVINCE_LEADER, account_id=903)
ADMINISTRATOR = Identity("quan-tri", Role.ADMINISTRATOR, account_id=901)
BOX = SecretBox(Path("secret.key"), Fernet.generate_key().decode())
"""Its key is given: no file is made."""
PASSWORD, NEW_PASSWORD = "thuyền buồm xanh 7 cánh", "ba con cá mập ăn chay"
HEADER = "unit,criterion,input,value\n"
SET = """
id: nhat-ky-2024
level: district
year: 2024
version: "{version}"
scale: 100
groups:
  - code: NT
    name: Nhận thức số
    criteria:
      - {{code: NT.1, name: Tỷ lệ, max_points: 100, rule: {{type: ratio}}}}
"""
Place = tuple[str | None, str, str | None, str | None]


@dataclass(frozen=True)
class Entry:
    """An entry as it is stored; changes: unit, place, before, after."""

    deed: str
    role: str
    account_id: int | None
    about_id: int | None
    unit: str | None
    period: str | None
    subject: str
    reason: str
    changes: tuple[Place, ...]


def log(engine: Engine) -> list[Entry]:
    """The whole log, the oldest entry first; every entry is of noon."""
    found = []
    with read_session(engine) as session:
        lines: dict[int, list[AuditChange]] = {}
        for line in session.scalars(select(AuditChange).order_by(AuditChange.entry_id, AuditChange.line)):
            lines.setdefault(line.entry_id, []).append(line)
        for e in session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
            changes = tuple((x.unit_code, x.place, x.before, x.after) for x in lines.get(e.id, ()))
            assert (e.moment, e.lines) == (NOON, len(changes))
            key = (e.action, e.role, e.account_id, e.about_id, e.unit_code, e.period, e.subject, e.reason)
            found.append(Entry(*key, changes))
    return found


def added(engine: Engine, act: Callable[[], object]) -> list[Entry]:
    """What an act adds to the log."""
    before = log(engine)
    act()
    after = log(engine)
    assert after[: len(before)] == before
    return after[len(before) :]


def refused(engine: Engine, act: Callable[[], object], error: type[Exception]) -> list[Entry]:
    """What an act that is refused adds to the log."""

    def attempt() -> None:
        with pytest.raises(error):
            act()

    return added(engine, attempt)


@pytest.fixture(scope="module")
def settings(new_database: Databases) -> Settings:
    return new_database.copy_of(reference_alone)


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[Engine]:
    """A database without demonstration data, with an office's period of June 2024."""
    engine = make_engine(settings.url)
    import_inputs(engine, OFFICE, figures("747,CQ.4,a,30\n747,CQ.4,b,100\n"), NOON)
    yield engine
    engine.dispose()


def figures(rows: str, *, month: int = 6, criteria: str | None = None, year: int = 2024) -> ImportRequest:
    content = None if criteria is None else criteria.encode()
    return ImportRequest("district", year, month, (HEADER + rows).encode(), "/thu-muc/so-lieu.csv", content, "bo.yaml")


def account(engine: Engine, name: str) -> AccountRecord:
    with read_session(engine) as session:
        return next(a for a in account_list(session, ADMINISTRATOR) if a.user_name == name)


_made = iter(range(1, 1000))


def made(engine: Engine, role: Role = Role.DATA_ENTRY) -> AccountRecord:
    """A new account with a known password; of Vũng Tàu where the role is played for a unit."""
    unit = VUNG_TAU if role in (Role.DATA_ENTRY, Role.UNIT_LEADER) else None
    new = NewAccount(f"tai.khoan.{next(_made)}", role, "Trần Văn Nhập", None, unit)
    create_accounts(engine, ADMINISTRATOR, [new], NOON, password=PASSWORD)
    return account(engine, new.user_name)


def failed(engine: Engine, name: str, times: int) -> None:
    for _time in range(times):
        with pytest.raises(SignInRefusedError):
            sign_in(engine, name, "mật khẩu này sai", "", NOON)


def scenario(engine: Engine, name: str) -> tuple[int, int]:
    """Id and version of a new scenario."""
    with write_session(engine) as session:
        saved = save_scenario(session, OFFICE, draft(engine, name), NOON)
        return saved.id, saved.version


def draft(engine: Engine, name: str, scenario: Scenario | None = None) -> Draft:
    with read_session(engine) as session:
        period = next(p for p in periods(session) if p.name == "Năm 2024")
    return Draft(name, period.id, 6, 2023, scenario or Scenario())


def national(engine: Engine, rank: int) -> tuple[NationalTable, NationalDifference]:
    table = read_national(
        f"year,rank,province,dti,source\n2024,{rank},BR-VT,0.7353,Báo cáo A\n".encode(), "n.csv", 2025
    )
    with read_session(engine) as session:
        return table, difference(session, table)


def in_session(engine: Engine, use: Callable[..., object], *arguments: object) -> None:
    with write_session(engine) as session:
        use(session, OFFICE, *arguments, NOON)


# Every action of the table of permissions, performed by somebody who may


def _import(engine: Engine) -> None:
    import_inputs(engine, OFFICE, figures("748,CQ.4,a,5\n748,CQ.4,b,9\n"), NOON)


def _set(engine: Engine) -> None:
    found = read_text(SET.format(version="1.0"), "bo.yaml").criteria_set
    assert found is not None
    store_version(engine, OFFICE, found, NOON)


def _official(engine: Engine, version: str) -> int:
    """Id of a new official version."""
    found = read_text(SET.format(version=version) + "status: official\n", "bo.yaml").criteria_set
    assert found is not None
    store_version(engine, OFFICE, found, NOON)
    with read_session(engine) as session:
        return next(s.id for s in stored_sets(session) if s.stored.version == version)


def _proposal(engine: Engine, version_id: int) -> int:
    """Id of a new proposal of the office."""
    propose_release(engine, OFFICE, version_id, NOON)
    with read_session(engine) as session:
        release = next(s.release for s in stored_sets(session) if s.id == version_id)
    assert release is not None
    return release.id


def _release(engine: Engine) -> None:
    confirm_release(engine, LEADER, _proposal(engine, _official(engine, "3.0")), NOON)


def _efforts(engine: Engine) -> None:
    save_efforts(engine, OFFICE, EffortContent(for_all_points=30), 0, NOON)


def _change_scenario(engine: Engine) -> None:
    in_session(engine, change_scenario, *scenario(engine, "Của người khác"), draft(engine, "Đã sửa"))


def _manage(engine: Engine) -> None:
    create_account(engine, OFFICE, NewAccount("nhap.moi", Role.DATA_ENTRY, "Người mới", None, VUNG_TAU), NOON)


def _manage_administrators(engine: Engine) -> None:
    create_account(engine, ADMINISTRATOR, NewAccount("quan-tri-2", Role.ADMINISTRATOR, "Người khác"), NOON)


def _own(engine: Engine) -> None:
    own = made(engine)
    token = sign_in(engine, own.user_name, PASSWORD, "", NOON)
    found = visit(engine, token, NOON)
    assert found is not None
    sign_out_own(engine, found.identity, NOON)


FILES = EvidenceFiles(Path("evidence"))
"""No file is put there: the documents of these tests are addresses."""
CON_DAO = UnitKey("755", dt.date(2020, 1, 1))
CLERK = Identity("nhap.755", Role.DATA_ENTRY, CON_DAO, account_id=901)
HEAD = Identity("lanhdao.755", Role.UNIT_LEADER, CON_DAO, account_id=902)


def report(engine: Engine) -> tuple[ReportPlace, LevelSnapshot, int]:
    """The report of Côn Đảo, its level, and the version of its state."""
    with read_session(engine) as session:
        period = next(p for p in periods(session) if p.name == "Năm 2024")
        place = ReportPlace(period.id, CON_DAO)
        return place, level_snapshot(session, period, "district", 6), submission(session, place).version


def _document(session: Session) -> int:
    """A document of Côn Đảo, by its address alone."""
    said = NewEvidence("1/BC", NOON.date(), "UBND", "Báo cáo", link="https://so.gov.vn/1", notice_read=True)
    return add_evidence(session, FILES, CLERK, CON_DAO, said, None, NOON)


def _attach(engine: Engine) -> None:
    with draft_session(engine) as session:
        _document(session)


def _secret(engine: Engine) -> None:
    with write_session(engine) as session:
        remove_secret(session, OFFICE, _document(session), "Có dấu mật", NOON)


def _type(engine: Engine) -> None:
    place, snapshot, _seen = report(engine)
    entries = entry_list(snapshot.book.compiled)
    code = next(e.code for e in entries.entries if e.places[0].criterion == "CQ.4")
    with draft_session(engine) as session:
        save_drafts(session, CLERK, place, entries, [Typed(code, "0", 0)], NOON)


def _send(engine: Engine) -> None:
    place, snapshot, seen = report(engine)
    with write_session(engine) as session:
        attach(session, CLERK, place, snapshot.criteria_set, _document(session), "CQ.4", "trang 1", NOON)
        hand_to_head(session, CLERK, place, snapshot, seen, NOON)
        signed = SignedReport("1/BC", NOON.date(), _document(session))
        approve_and_send(session, HEAD, place, snapshot, signed, seen + 1, NOON)


def _return(engine: Engine) -> None:
    place, _snapshot, seen = report(engine)
    with read_session(engine) as session:
        sent = submission(session, place).state == PeriodState.SENT
    if not sent:
        _send(engine)
        place, _snapshot, seen = report(engine)
    with write_session(engine) as session:
        return_report(session, OFFICE, place, "Thiếu tài liệu", 3, seen, NOON)


def _deadline(engine: Engine) -> None:
    place, _snapshot, _seen = report(engine)
    with write_session(engine) as session:
        set_deadline(session, OFFICE, period_of(session, place), "district", NOON.date(), 3, 0, NOON)


def _system(engine: Engine) -> None:
    _place, snapshot, _seen = report(engine)
    entry = next(e for e in entry_list(snapshot.book.compiled).entries if e.places[0].criterion == "CQ.4")
    table = read_figures("Mã đơn vị,Giá trị\n755,0\n".encode(), "nguon.csv", snapshot, entry)
    with write_session(engine) as session:
        shown = figure_difference(session, OFFICE, snapshot, entry, table)
        store_figures(session, OFFICE, snapshot, entry, table, shown, NOON)


def _supply(engine: Engine) -> None:
    _place, snapshot, _seen = report(engine)
    entry = next(e for e in snapshot.entries.entries if "CAT" in e.verifiers)
    table = read_typed({"755": "1"}, snapshot, entry)
    with write_session(engine) as session:
        police = Identity("cat", Role.DATA_PROVIDER, account_id=903, agency="CAT")
        shown = figure_difference(session, police, snapshot, entry, table, Action.SUPPLY_FIGURES)
        store_figures(session, police, snapshot, entry, table, shown, NOON, Action.SUPPLY_FIGURES)


def _dispute(engine: Engine) -> None:
    _system(engine)
    place, snapshot, _seen = report(engine)
    entries = entry_list(snapshot.book.compiled)
    code = next(e.code for e in entries.entries if e.places[0].criterion == "CQ.4")
    with draft_session(engine) as session:
        raise_dispute(session, CLERK, place, entries, code, "0", "Đúng là 3", NOON)


def _answer(engine: Engine) -> None:
    place, snapshot, _seen = report(engine)
    with read_session(engine) as session:
        waiting = [d for d in disputes(session, OFFICE, place.period_id) if d.is_open]
    if not waiting:
        _dispute(engine)
        with read_session(engine) as session:
            waiting = [d for d in disputes(session, OFFICE, place.period_id) if d.is_open]
    with draft_session(engine) as session:
        answer_dispute(
            session, OFFICE, snapshot.entries, waiting[0].id, accepted=False, answer="Đã đối chiếu", now=NOON
        )


def _on_the_period(engine: Engine, act: Callable[[Session, int], object]) -> None:
    """Something done with the whole period of 2024, one unit of which is finished; others go on with it afterwards."""
    place, _snapshot, _version = report(engine)
    finished = {"state": PeriodState.AWAITING_EXPLANATION.value, "changed_at": NOON, "accepted_at": NOON}
    with write_session(engine) as session:
        session.execute(text("DELETE FROM submission"))
        session.add(Submission(**place.columns, **finished))
        act(session, place.period_id)
    with write_session(engine) as session:
        session.execute(text("DELETE FROM submission"))
        session.execute(text("DELETE FROM period_step"))
        session.execute(text("UPDATE snapshot SET closed = false WHERE month IN (6, 7)"))
        session.execute(text("UPDATE period SET state = 'self_assessment'"))


def _council(engine: Engine) -> None:
    day = NOON.date()
    _on_the_period(
        engine, lambda session, period: record_council(session, OFFICE, period, "1/BB", day, "", NOON, warned=True)
    )


def _close_trial(engine: Engine) -> None:
    _on_the_period(engine, lambda session, period: close_trial(session, OFFICE, period, NOON.date(), "", NOON))


def _in_appraisal(use: Callable[[Session, LevelSnapshot, ReportPlace], object]) -> Callable[[Engine], None]:
    """Something done with the report of Bà Rịa, which was sent; gone again afterwards, its entries apart."""

    def act(engine: Engine) -> None:
        with write_session(engine) as session:
            snapshot = level_snapshot(session, periods(session)[0], "district", 6)
            place = ReportPlace(snapshot.period.id, BA_RIA)
            row = Submission(**place.columns, state=PeriodState.SENT.value, changed_at=NOON)
            row.report_number, row.report_date = "1/BC", NOON.date()
            session.add(row)
            session.flush()
            use(session, snapshot, place)
            for table in ("explanation", "ruling", "appraisal_task", "submission"):
                session.execute(text(f"DELETE FROM {table}"))

    return act


def _begin(session: Session, snapshot: LevelSnapshot, place: ReportPlace) -> None:
    begin_appraisal(session, OFFICE, snapshot, [place.unit], 5, NOON)


def _decide(session: Session, snapshot: LevelSnapshot, place: ReportPlace) -> None:
    _begin(session, snapshot, place)
    for task in tasks(session, OFFICE, place.period_id):
        kind = kinds_for(snapshot.book.compiled, task.key.criterion)[0]
        verdict = Verdict(kind, "Theo hồ sơ", {"value": "0"} if kind == RulingKind.GIVE_POINTS else {})
        rule(session, OFFICE, snapshot, [task], verdict, NOON)


def _result(session: Session, snapshot: LevelSnapshot, place: ReportPlace) -> None:
    _decide(session, snapshot, place)
    unit = snapshot.units[snapshot.row_of[place.unit.code]]
    send_draft_results(session, OFFICE, place.period_id, [unit], 5, NOON)


def _explain(session: Session, snapshot: LevelSnapshot, place: ReportPlace) -> None:
    _result(session, snapshot, place)
    explain(session, Identity("n", Role.DATA_ENTRY, place.unit, account_id=905), place, "CQ.4", "Đã có", 0, NOON)


def _accept(session: Session, snapshot: LevelSnapshot, place: ReportPlace) -> None:
    _result(session, snapshot, place)
    who = Identity("l", Role.UNIT_LEADER, place.unit, account_id=906)
    accept_results(session, who, place, submission(session, place).version, NOON)


READS = {
    Action.READ_DRAFT_RESULTS,
    Action.READ_UNPUBLISHED,
    Action.READ_APPRAISED,
    Action.READ_AUDIT,
    Action.READ_DRAFTS,
    Action.FOLLOW_REPORTS,
    Action.READ_EVIDENCE,
    Action.READ_SECURITY_EVIDENCE,
}
WRITES: dict[Action, tuple[Callable[[Engine], None], Deed]] = {
    Action.IMPORT_INPUTS: (_import, Deed.IMPORT_INPUTS),
    Action.OPEN_PERIOD: (
        lambda e: import_inputs(e, OFFICE, figures("747,CQ.4,a,1\n747,CQ.4,b,2\n", year=2023), NOON) and None,
        Deed.OPEN_PERIOD,
    ),
    Action.ENTER_FIGURES: (_type, Deed.TYPE_FIGURES),
    Action.APPROVE_REPORT: (_send, Deed.SEND_REPORT),
    Action.ATTACH_EVIDENCE: (_attach, Deed.ADD_EVIDENCE),
    Action.REMOVE_SECRET: (_secret, Deed.REMOVE_SECRET),
    Action.RETURN_REPORT: (_return, Deed.RETURN_REPORT),
    Action.SET_DEADLINES: (_deadline, Deed.SET_DEADLINE),
    Action.DIRECT_APPRAISAL: (_in_appraisal(_begin), Deed.BEGIN_APPRAISAL),
    Action.APPRAISE: (_in_appraisal(_decide), Deed.RULE),
    Action.EXPLAIN: (_in_appraisal(_explain), Deed.EXPLAIN),
    Action.ANSWER_DRAFT_RESULTS: (_in_appraisal(_accept), Deed.ACCEPT_DRAFT_RESULTS),
    Action.RECORD_COUNCIL: (_council, Deed.RECORD_COUNCIL),
    Action.PUBLISH: (_close_trial, Deed.CLOSE_TRIAL),
    Action.IMPORT_SYSTEM_FIGURES: (_system, Deed.IMPORT_SYSTEM_FIGURES),
    Action.SUPPLY_FIGURES: (_supply, Deed.SUPPLY_FIGURES),
    Action.DISPUTE_FIGURES: (_dispute, Deed.RAISE_DISPUTE),
    Action.ANSWER_DISPUTES: (_answer, Deed.ANSWER_DISPUTE),
    Action.STORE_SET: (_set, Deed.STORE_SET),
    Action.RELEASE_SET: (_release, Deed.CONFIRM_RELEASE),
    Action.STORE_NATIONAL: (
        lambda e: store_table(e, OFFICE, *national(e, 12), NOON) and None, Deed.STORE_NATIONAL,
    ),
    Action.SAVE_SCENARIO: (lambda e: in_session(e, save_scenario, draft(e, "Mới")), Deed.SAVE_SCENARIO),
    Action.CHANGE_SCENARIO: (_change_scenario, Deed.CHANGE_SCENARIO),
    Action.SAVE_EFFORTS: (_efforts, Deed.SAVE_EFFORTS),
    Action.MANAGE_ACCOUNTS: (_manage, Deed.CREATE_ACCOUNT),
    Action.MANAGE_ADMINISTRATORS: (_manage_administrators, Deed.CREATE_ACCOUNT),
    Action.USE_OWN_ACCOUNT: (_own, Deed.SIGN_OUT_OWN),
}  # fmt: skip


def test_every_action_is_either_walked_here_or_only_reads() -> None:
    assert set(WRITES) | READS == set(Action)
    assert not set(WRITES) & READS


@pytest.mark.parametrize("action", list(WRITES))
def test_every_action_that_writes_leaves_an_entry(engine: Engine, action: Action) -> None:
    act, deed = WRITES[action]
    entries = added(engine, lambda: act(engine))
    assert deed in {entry.deed for entry in entries}
    assert all(entry.account_id is not None for entry in entries)


WITHOUT_ENTRY = {
    "sign_in.open_visit": "a visitor comes: nobody's deed",
    "sign_in.renew_visit": "a visitor who comes back from the identity provider: still nobody",
    "sign_in.visit": "that a session was used",
    "sign_in.begin_enrolment": "a secret that holds only once a code of it was given, which is noted",
}


def _functions() -> Iterator[tuple[str, ast.FunctionDef, dict[str, ast.FunctionDef]]]:
    for path in sorted(Path(assessment.__path__[0]).glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        own = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        for name, node in own.items():
            yield f"{path.stem}.{name}", node, own


def _called(node: ast.AST) -> set[str]:
    calls = (call.func for call in ast.walk(node) if isinstance(call, ast.Call))
    return {name.id for name in calls if isinstance(name, ast.Name)}


def _notes(node: ast.FunctionDef, own: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> bool:
    """Whether the function notes something in the log, itself or through others of its module."""
    called = _called(node)
    if "record" in called:
        return True
    inner = (called & set(own)) - seen
    return any(_notes(own[name], own, seen | {name}) for name in inner)


def test_every_function_that_opens_a_write_session_notes_what_it_does() -> None:
    writing = {
        name: _notes(node, own)
        for name, node, own in _functions()
        if _called(node) & {"write_session", "account_session"}
    }
    assert len(writing) > 20
    assert {name for name, notes in writing.items() if not notes} == set(WITHOUT_ENTRY)


def test_every_deed_has_its_own_name() -> None:
    assert set(deed_names()) == set(Deed)
    assert len(set(deed_names().values())) == len(Deed)


# From what to what


def test_an_import_is_one_entry_with_a_line_for_every_figure_that_changed(engine: Engine) -> None:
    request = figures("747,CQ.4,a,35\n747,CQ.4,b,100\n750,CQ.4,a,1\n750,CQ.4,b,4\n")
    [entry] = added(engine, lambda: import_inputs(engine, OFFICE, request, NOON))
    # b of Vũng Tàu stays as it is; the folder in which the file lies is nobody's business.
    assert entry == Entry(
        "import_inputs", "dx_office", 900, None, None, "Năm 2024 (06/2024)", "so-lieu.csv", "",
        (
            ("747", "CQ.4 · a", "30", "35"),
            ("750", "CQ.4 · a", None, "1"),
            ("750", "CQ.4 · b", None, "4"),
        ),
    )  # fmt: skip
    assert added(engine, lambda: import_inputs(engine, OFFICE, request, NOON)) == []


def test_a_figure_of_a_later_month_says_from_which_month_the_earlier_one_was(engine: Engine) -> None:
    rows = "751,CQ.7,a,30.5\n751,CQ.7,b,100\n751,HT.6,a,n/a\n"
    [june] = added(engine, lambda: import_inputs(engine, OFFICE, figures(rows), NOON))
    assert (june.role, june.unit) == ("dx_office", "751")
    assert june.changes[0] == ("751", "CQ.7 · a", None, "30,5")
    assert june.changes[2][1:] == (
        "HT.6 · a", None, "không áp dụng (do đơn vị đề nghị trong tệp nhập, chưa thẩm định)",
    )  # fmt: skip
    rows = "751,CQ.7,a,40\n"
    opened, july = added(engine, lambda: import_inputs(engine, OFFICE, figures(rows, month=7), NOON))
    assert (opened.deed, opened.period) == ("open_month", "Năm 2024 (07/2024)")
    assert july.changes == (("751", "CQ.7 · a", "30,5 (của tháng 06/2024)", "40"),)


def test_a_new_period_names_its_sets_and_another_set_names_both(engine: Engine) -> None:
    first = added(
        engine, lambda: import_inputs(engine, OFFICE, figures("747,CQ.4,a,1\n747,CQ.4,b,2\n", year=2022), NOON)
    )
    assert [e.deed for e in first] == ["open_period", "open_month", "import_inputs"]
    assert first[0].changes == (
        (None, "ngày lấy danh mục đơn vị", None, "30/06/2022"),
        (None, "bộ chỉ số cấp tỉnh", None, "province-2024 1.1"),
        (None, "bộ chỉ số sở, ban, ngành", None, "department-2024 1.1"),
        (None, "bộ chỉ số cấp huyện", None, "district-2024 1.1"),
        (None, "bộ chỉ số cấp xã", None, "commune-2024 1.1"),
    )
    own = figures("748,NT.1,a,1\n748,NT.1,b,2\n", year=2021, criteria=SET.format(version="1.1"))
    second = added(engine, lambda: import_inputs(engine, OFFICE, own, NOON))
    assert [e.deed for e in second] == ["store_set", "open_period", "open_month", "import_inputs"]
    assert (second[0].subject, second[0].changes[0][1]) == ("nhat-ky-2024 1.1", "mã SHA-256 của nội dung")
    again = figures("748,NT.1,a,2\n", year=2021, criteria=SET.format(version="1.2"))
    third = added(engine, lambda: import_inputs(engine, OFFICE, replace(again, replace_set=True), NOON))
    assert [e.deed for e in third] == ["store_set", "use_set", "import_inputs"]
    assert third[1].changes == ((None, "bộ chỉ số cấp huyện", "nhat-ky-2024 1.1", "nhat-ky-2024 1.2"),)


def test_the_way_to_release_is_noted_step_by_step_with_who_and_why(engine: Engine) -> None:
    version = _official(engine, "4.0")
    [proposed] = added(engine, lambda: _proposal(engine, version))
    assert (proposed.deed, proposed.account_id, proposed.subject) == ("propose_release", 900, "nhat-ky-2024 4.0")

    def waiting() -> int:
        with read_session(engine) as session:
            release = next(s.release for s in stored_sets(session) if s.id == version)
        assert release is not None
        return release.id

    [back] = added(engine, lambda: withdraw_release(engine, OFFICE, waiting(), NOON))
    assert (back.deed, back.account_id, back.subject) == ("withdraw_release", 900, "nhat-ky-2024 4.0")
    release = _proposal(engine, version)
    assert refused(engine, lambda: confirm_release(engine, OFFICE, release, NOON), ReleaseRefusedError) == []
    [no] = added(engine, lambda: refuse_release(engine, LEADER, release, "Thiếu căn cứ", NOON))
    assert (no.deed, no.account_id, no.reason) == ("refuse_release", 903, "Thiếu căn cứ")
    again = _proposal(engine, version)
    [done] = added(engine, lambda: confirm_release(engine, LEADER, again, NOON))
    assert (done.deed, done.account_id, done.subject, done.reason) == ("confirm_release", 903, "nhat-ky-2024 4.0", "")


def test_national_results_are_noted_value_by_value_with_their_source(engine: Engine) -> None:
    [stored] = added(engine, lambda: store_table(engine, OFFICE, *national(engine, 11), NOON))
    assert (stored.subject, stored.reason) == ("n.csv", "Báo cáo A")
    places = {place: (before, after) for _unit, place, before, after in stored.changes}
    assert places["2024 · Bà Rịa - Vũng Tàu · hạng"] in (("12", "11"), (None, "11"))
    [back] = added(engine, lambda: withdraw_office_results(engine, OFFICE, 2024, NOON))
    assert (back.deed, back.subject) == ("withdraw_national", "2024")
    assert (None, "2024 · Bà Rịa - Vũng Tàu · tổng điểm", "0,7353", None) in back.changes
    assert added(engine, lambda: withdraw_office_results(engine, OFFICE, 2024, NOON)) == []


def test_a_scenario_is_noted_from_its_making_to_its_end(engine: Engine) -> None:
    [saved] = added(engine, lambda: in_session(engine, save_scenario, draft(engine, "Gốc")))
    assert (saved.deed, saved.subject, saved.period) == ("save_scenario", "Gốc", "Năm 2024 (06/2024)")
    assert (None, "tên", None, "Gốc") in saved.changes
    with read_session(engine) as session:
        own = next(s for s in saved_scenarios(session, Sight.EVERYTHING) if s.name == "Gốc")
    raised = draft(engine, "Gốc", Scenario((IndexScore("NT", 0.8),)))
    [changed] = added(engine, lambda: in_session(engine, change_scenario, own.id, 1, raised))
    assert changed.changes == ((None, "điểm chỉ số chính NT", None, "0,8"),)
    [renamed] = added(engine, lambda: in_session(engine, rename_scenario, own.id, 2, "Tên khác"))
    assert (renamed.subject, renamed.changes) == ("Gốc", ((None, "tên", "Gốc", "Tên khác"),))
    [copied] = added(engine, lambda: in_session(engine, duplicate_scenario, own.id))
    assert (copied.deed, copied.subject) == ("copy_scenario", "Tên khác (bản sao 1)")
    [gone] = added(engine, lambda: in_session(engine, delete_scenario, own.id, 3))
    assert (gone.deed, gone.subject) == ("delete_scenario", "Tên khác")
    assert (None, "điểm chỉ số chính NT", "0,8", None) in gone.changes


def test_an_effort_table_is_noted_row_by_row(engine: Engine) -> None:
    with read_session(engine) as session:
        edition = session.execute(text("SELECT max(edition) FROM effort_table")).scalar() or 0
    line = EffortLineRecord("district", "CQ.4", "full", 12, owner="Sở Tài chính")  # type: ignore[arg-type]
    content = EffortContent(for_all_points=40, lines=(line,))
    [entry] = added(engine, lambda: save_efforts(engine, OFFICE, content, edition, NOON))
    assert entry.subject == f"phiên bản {edition + 1}"
    places = {place: (before, after) for _unit, place, before, after in entry.changes}
    assert places["Cấp huyện · CQ.4 · Điểm tối đa"] == (None, "12 ngày công; Sở Tài chính")
    assert places["Mặc định cho toàn bộ điểm"][1] == "40"
    assert added(engine, lambda: save_efforts(engine, OFFICE, content, edition + 1, NOON)) == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [(30.0, "30"), (0.1, "0,1"), (1234567.5, "1234567,5"), (1e-9, "0,000000001"), (100.0, "100"), (-0.25, "-0,25")],
)
def test_a_number_keeps_every_digit(value: float, shown: str) -> None:
    assert number_text(value) == shown


# Accounts


def test_every_deed_with_an_account_names_it_by_its_number_and_says_why(engine: Engine) -> None:
    person = made(engine)

    def now() -> tuple[int, int]:
        return person.id, account(engine, person.user_name).version

    whys = {"reason": "theo  công văn 12"}
    [reset] = added(engine, lambda: reset_password(engine, OFFICE, *now(), NOON, **whys))
    assert (reset.deed, reset.about_id, reset.unit, reset.reason) == (
        "reset_password", person.id, "747", "theo công văn 12",
    )  # fmt: skip
    failed(engine, person.user_name, 5)
    [opened] = added(engine, lambda: unlock(engine, OFFICE, *now(), NOON, **whys))
    [factor] = added(engine, lambda: reset_second_factor(engine, OFFICE, *now(), NOON))
    [ended] = added(engine, lambda: sign_out_everywhere(engine, OFFICE, *now(), NOON))
    assert [e.deed for e in (opened, factor, ended)] == ["unlock_account", "reset_second_factor", "end_sessions"]
    heir, left = added(
        engine, lambda: hand_over(engine, OFFICE, *now(), "nguoi.ke.nhiem", "Lê Thị Mới", None, NOON, **whys)
    )
    assert (heir.deed, heir.changes) == ("create_account", ((None, "vai trò", None, "Người nhập"),))
    assert left.changes == (
        (None, "trạng thái", "Đang hoạt động", "Đã bàn giao"),
        (None, "người kế nhiệm", None, f"tài khoản số {heir.about_id}"),
    )
    [erased] = added(engine, lambda: erase_person(engine, OFFICE, *now(), NOON))
    assert (erased.deed, erased.about_id, erased.changes) == ("erase_person", person.id, ())
    other = made(engine)
    [closed] = added(engine, lambda: close_account(engine, OFFICE, other.id, other.version, NOON))
    assert closed.changes == ((None, "trạng thái", "Đang hoạt động", "Đã đóng"),)


def test_tying_an_account_to_an_identity_and_untying_it_names_no_subject(engine: Engine) -> None:
    own = made(engine)
    issuer = "https://so.gov.vn"
    [tied] = added(engine, lambda: link_identity(engine, OFFICE, own.id, own.version, issuer, "nhap-9", NOON, "cv 12"))
    assert (tied.deed, tied.about_id, tied.reason, tied.changes) == ("link_identity", own.id, "cv 12", ())
    [untied] = added(engine, lambda: unlink_identity(engine, OFFICE, own.id, own.version + 1, NOON))
    assert (untied.deed, untied.about_id) == ("unlink_identity", own.id)


def test_many_accounts_from_a_sheet_are_an_entry_each(engine: Engine) -> None:
    sheet = ",".join(columns().values()) + "\nba.tram.1,Một,,Người nhập,747,,\nba.tram.2,Hai,,Người nhập,748,,\n"
    entries = added(engine, lambda: create_from_sheet(engine, OFFICE, sheet.encode(), "ds.csv", NOON))
    assert [(e.deed, e.unit, e.account_id) for e in entries] == [
        ("create_account", "747", 900), ("create_account", "748", 900),
    ]  # fmt: skip


# Signing in


def test_signing_in_and_out_is_noted_with_who_and_failures_with_the_account_alone(engine: Engine) -> None:
    own = made(engine)
    [entered] = added(engine, lambda: sign_in(engine, own.user_name, PASSWORD, "", NOON))
    assert (entered.deed, entered.account_id, entered.about_id, entered.unit) == ("sign_in", own.id, own.id, "747")
    entries = added(engine, lambda: failed(engine, own.user_name, 6))
    assert [(e.deed, e.role, e.account_id, e.about_id) for e in entries] == [
        *[("fail", "public", None, own.id)] * 5, ("lock_out", "public", None, own.id), ("fail", "public", None, own.id),
    ]  # fmt: skip
    assert {e.reason for e in entries[:5]} == {"sai mật khẩu"}
    # Five failures lock for 15 minutes; 05:00 UTC is noon in Viet Nam.
    assert entries[5].changes == ((None, "khóa đến", None, "02/12/2024 12:15"),)
    assert entries[6].reason == "tài khoản đang tạm khóa"


def test_a_name_that_no_account_has_is_not_noted_for_it_may_be_a_password(engine: Engine) -> None:
    secret = "mật khẩu gõ nhầm ô"
    [entry] = refused(engine, lambda: sign_in(engine, secret, "x", "", NOON), SignInRefusedError)
    assert (entry.deed, entry.about_id, entry.reason) == ("fail", None, "không có tài khoản mang tên đã nhập")
    [entry] = refused(engine, lambda: sign_in_by_subject(engine, Vouched("la"), "", NOON), SignInRefusedError)
    assert entry.subject == "qua nhà cung cấp danh tính"


def test_the_second_factor_and_the_password_are_noted_when_they_change(engine: Engine) -> None:
    own = made(engine, Role.APPRAISER)
    token = sign_in(engine, own.user_name, PASSWORD, "", NOON)
    secret = begin_enrolment(engine, BOX, token, NOON).secret
    [set_up] = added(engine, lambda: confirm_enrolment(engine, BOX, token, TOTP(secret).at(NOON), NOON))
    assert (set_up.deed, set_up.account_id) == ("set_up_second_factor", own.id)
    [half] = added(engine, lambda: sign_in(engine, own.user_name, PASSWORD, "", NOON))
    # Whoever knows the password alone is not yet the owner.
    assert (half.deed, half.account_id, half.about_id) == ("give_password", None, own.id)
    token = sign_in(engine, own.user_name, PASSWORD, "", NOON)
    [wrong] = refused(engine, lambda: give_second_factor(engine, BOX, token, "abcdef", NOON), SignInRefusedError)
    assert (wrong.deed, wrong.reason) == ("fail", "sai mã xác thực")


def test_a_recovery_code_a_new_password_and_the_end_of_the_session(engine: Engine) -> None:
    own = made(engine, Role.APPRAISER)
    first = sign_in(engine, own.user_name, PASSWORD, "", NOON)
    secret = begin_enrolment(engine, BOX, first, NOON).secret
    _token, codes = confirm_enrolment(engine, BOX, first, TOTP(secret).at(NOON), NOON)
    token = sign_in(engine, own.user_name, PASSWORD, "", NOON)
    renewed: list[str] = []
    [entered] = added(engine, lambda: renewed.append(give_second_factor(engine, BOX, token, codes[0], NOON)))
    assert (entered.deed, entered.subject) == ("sign_in", "bằng mã dự phòng")
    [wrong] = refused(
        engine, lambda: change_password(engine, renewed[0], "sai", NEW_PASSWORD, NOON), SignInRefusedError
    )
    assert (wrong.account_id, wrong.reason) == (own.id, "sai mật khẩu đang dùng khi đổi mật khẩu")
    [changed] = added(engine, lambda: renewed.append(change_password(engine, renewed[0], PASSWORD, NEW_PASSWORD, NOON)))
    assert (changed.deed, changed.changes) == ("change_password", ())
    [out] = added(engine, lambda: sign_out(engine, renewed[1], NOON))
    assert (out.deed, out.account_id) == ("sign_out", own.id)
    assert added(engine, lambda: sign_out(engine, renewed[1], NOON)) == []
    assert added(engine, lambda: open_visit(engine, NOON)) == []


def test_a_second_factor_that_no_key_opens_is_noted_when_it_fails_and_when_it_is_taken_off(engine: Engine) -> None:
    own = made(engine, Role.APPRAISER)
    first = sign_in(engine, own.user_name, PASSWORD, "", NOON)
    secret = begin_enrolment(engine, BOX, first, NOON).secret
    _token, codes = confirm_enrolment(engine, BOX, first, TOTP(secret).at(NOON), NOON)
    other, token = (
        SecretBox(Path("x"), Fernet.generate_key().decode()),
        sign_in(engine, own.user_name, PASSWORD, "", NOON),
    )
    reason = "không có khóa mở được xác thực hai bước đã lưu"
    [no] = refused(engine, lambda: give_second_factor(engine, other, token, "123456", NOON), SignInRefusedError)
    assert (no.deed, no.about_id, no.reason) == ("fail", own.id, reason)
    entered, taken_off = added(engine, lambda: give_second_factor(engine, other, token, codes[0], NOON))
    assert (entered.deed, entered.subject) == ("sign_in", "bằng mã dự phòng")
    assert (taken_off.deed, taken_off.about_id, taken_off.reason) == ("reset_second_factor", own.id, reason)


# What is refused or fails


def test_what_is_refused_or_fails_leaves_no_entry(engine: Engine) -> None:
    clerk = Identity("a", Role.DATA_ENTRY, VUNG_TAU, account_id=902)
    person, stale = made(engine), 99
    scenario_id, _version = scenario(engine, "Đứng yên")
    table, shown = national(engine, 14)
    store_table(engine, OFFICE, *national(engine, 13), NOON)
    stored = read_text(SET.format(version="1.1"), "bo.yaml").criteria_set
    assert stored is not None
    other = stored.model_copy(update={"scale": 200})
    token = sign_in(engine, person.user_name, PASSWORD, "", NOON)
    cases: list[tuple[Callable[[], object], type[Exception]]] = [
        (lambda: import_inputs(engine, clerk, figures("748,CQ.4,a,2\n748,CQ.4,b,9\n"), NOON), PermissionError),
        (lambda: import_inputs(engine, OFFICE, figures("748,CQ.4,a,12\n748,CQ.4,b,9\n"), NOON), ImportRefusedError),
        (lambda: import_inputs(engine, OFFICE, figures("999,CQ.4,a,1\n", year=2020), NOON), ImportRefusedError),
        (lambda: store_version(engine, clerk, stored, NOON), PermissionError),
        (lambda: store_version(engine, OFFICE, other, NOON), SetRefusedError),
        (lambda: store_table(engine, clerk, table, shown, NOON), PermissionError),
        (lambda: store_table(engine, OFFICE, table, shown, NOON), ChangedMeanwhileError),
        (lambda: withdraw_office_results(engine, clerk, 2024, NOON), PermissionError),
        (lambda: save_efforts(engine, clerk, EffortContent(), 0, NOON), PermissionError),
        (lambda: save_efforts(engine, OFFICE, EffortContent(), stale, NOON), EffortsChangedError),
        (lambda: in_session(engine, save_scenario, draft(engine, "Đứng yên")), ScenarioStoreError),
        (lambda: in_session(engine, delete_scenario, scenario_id, stale), ScenarioStoreError),
        (lambda: create_account(engine, clerk, NewAccount("b.b.b", Role.DATA_PROVIDER, "B"), NOON), PermissionError),
        (lambda: create_account(engine, OFFICE, NewAccount("b", Role.APPRAISER, "B"), NOON), AccountRefusedError),
        (lambda: reset_password(engine, OFFICE, person.id, stale, NOON), AccountRefusedError),
        (lambda: erase_person(engine, OFFICE, person.id, person.version + 1, NOON), AccountRefusedError),
        (lambda: change_password(engine, token, PASSWORD, "ngắn", NOON), PasswordRefusedError),
    ]
    for act, error in cases:
        assert refused(engine, act, error) == [], error
    same = lambda: store_version(engine, OFFICE, stored, NOON)  # noqa: E731
    assert added(engine, same) == []


# What may never stand in it


def test_the_log_holds_no_name_of_a_person_no_password_and_no_secret(engine: Engine) -> None:
    new = NewAccount("nguyen.van.kin", Role.APPRAISER, "Nguyễn Văn Kín", "kin@baria.gov.vn", None, ("AT",))
    issued = create_account(engine, ADMINISTRATOR, new, NOON)
    token = sign_in(engine, new.user_name, issued.password, "", NOON)
    token = change_password(engine, token, issued.password, NEW_PASSWORD, NOON)
    secret = begin_enrolment(engine, BOX, token, NOON).secret
    _renewed, codes = confirm_enrolment(engine, BOX, token, TOTP(secret).at(NOON), NOON)
    own = account(engine, new.user_name)
    reset_password(engine, ADMINISTRATOR, own.id, own.version, NOON)
    with read_session(engine) as session:
        words = [str(row) for table in (AuditEntry, AuditChange) for row in session.execute(select(table.__table__))]
    written = " ".join(words)
    assert "vai trò" in written
    for hidden in (
        "nguyen.van.kin", "Kín", "kin@baria.gov.vn", issued.password, NEW_PASSWORD, PASSWORD, secret, token, *codes,
        "argon2",
    ):  # fmt: skip
        assert hidden not in written


# The command line


def test_commands_note_what_they_do_without_an_account(
    engine: Engine,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DTI_FOLDER", str(settings.dti_folder))
    file = tmp_path / "lenh.csv"
    file.write_text(HEADER + "752,CQ.4,a,3\n752,CQ.4,b,9\n", encoding="utf-8")
    with read_session(engine) as session:
        last = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id.desc())).first() or 0
    assert main(["account", "administrator", "quan-tri-may-chu", "Người quản trị", "--generate"]) == 0
    assert main(["account", "reset", "quan-tri-may-chu", "--second-factor"]) == 0
    assert main(["account", "reset", "khong-co"]) == 1
    assert main(["import", str(file), "--level", "district", "--year", "2024", "--month", "6"]) == 0
    assert main(["import", str(file), "--level", "district", "--year", "2024", "--month", "13"]) == 1
    capsys.readouterr()
    with read_session(engine) as session:
        query = select(AuditEntry.action, AuditEntry.role, AuditEntry.account_id, AuditEntry.subject)
        rows = session.execute(query.where(AuditEntry.id > last).order_by(AuditEntry.id)).all()
    assert list(map(tuple, rows)) == [
        ("create_account", "administrator", None, ""),
        ("reset_second_factor", "administrator", None, ""),
        ("reset_password", "administrator", None, ""),
        ("import_inputs", "dx_office", None, "lenh.csv"),
    ]
