"""A data supplier gives the figures that its agency verifies, and no others: read as any source, compared, whole."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select

from assessment.accounts import NewAccount, create_account
from assessment.deadlines import set_deadline
from assessment.drafts import drafts
from assessment.entries import Entry
from assessment.permissions import VISITOR, Action, Identity
from assessment.province import provincial_snapshot
from assessment.roles import Role
from assessment.snapshots import LevelSnapshot, level_snapshot
from assessment.submissions import SubmissionRefusedError
from assessment.supplying import (
    SUPPLIED,
    SupplyForm,
    supplier_board,
    supply_form,
    supply_periods,
)
from assessment.system_figures import (
    UNSEEN,
    FigureDifference,
    SystemTable,
    figure_difference,
    read_typed,
    store_figures,
)
from criteria.catalogue import agency_named
from criteria.model import Level
from data.database import read_session, write_session
from data.models import SUPPLIERS, Account, AuditChange, AuditEntry, Input, Period
from data.repositories import periods
from data.settings import Settings
from scoring.csv_files import FileFaults
from tests.assessment.reporting import NOW, OFFICE, SET, clerk, form_of, head, open_office, place_of, type_in
from tests.data.databases import Databases

ONLINE, DOSSIERS, PLAN = "fact/dossiers_online/number", "fact/dossiers/number", "input/TC.1/value"
POLICE = Identity("cat", Role.DATA_PROVIDER, account_id=21, unit_name="Công an tỉnh", agency="CAT")
BANK = Identity("nhnn", Role.DATA_PROVIDER, account_id=22, agency="NHNN")
STATISTICS = Identity("ctk", Role.DATA_PROVIDER, account_id=23, agency="CTK")
NAMELESS = Identity("la", Role.DATA_PROVIDER, account_id=24, unit_name="Công ty lạ")
THURSDAY = dt.date(2024, 12, 12)


def with_suppliers(settings: Settings) -> Engine:
    """The period of the other tests; the police verify CQ.1, the State Bank TC.1."""
    verified = SET.replace("{code: CQ.1,", "{code: CQ.1, verifier: CAT,")
    return open_office(settings, verified.replace("{code: TC.1,", "{code: TC.1, verifier: NHNN,"))


@pytest.fixture
def engine(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(with_suppliers)
    yield engine
    engine.dispose()


def levels(engine: Engine) -> list[LevelSnapshot]:
    with read_session(engine) as session:
        return [level_snapshot(session, periods(session)[0], level, 12) for level in SUPPLIED]


def districts(engine: Engine, level: Level = "district") -> LevelSnapshot:
    return next(snapshot for snapshot in levels(engine) if snapshot.level == level)


def form(engine: Engine, identity: Identity, code: str = "", today: dt.date = THURSDAY) -> SupplyForm:
    agency = agency_named(code or identity.agency)
    assert agency is not None
    snapshots = levels(engine)
    with read_session(engine) as session:
        return supply_form(session, identity, agency, snapshots, today)


def entry_of(engine: Engine, code: str) -> Entry:
    return districts(engine).entries.by_code[code]


def typed(engine: Engine, cells: dict[str, str], code: str = ONLINE) -> SystemTable:
    return read_typed(cells, districts(engine), entry_of(engine, code))


def difference(engine: Engine, identity: Identity, table: SystemTable) -> FigureDifference:
    snapshot = districts(engine)
    with read_session(engine) as session:
        return figure_difference(
            session, identity, snapshot, snapshot.entries.by_code[table.entry], table, Action.SUPPLY_FIGURES
        )


def give(engine: Engine, identity: Identity, table: SystemTable, shown: FigureDifference | None = None) -> int:
    found, snapshot = shown or difference(engine, identity, table), districts(engine)
    with write_session(engine) as session:
        return store_figures(
            session, identity, snapshot, snapshot.entries.by_code[table.entry], table, found, NOW, Action.SUPPLY_FIGURES
        )


def stored(engine: Engine, unit: str, criterion: str, key: str) -> tuple[float | None, str] | None:
    with read_session(engine) as session:
        row = session.query(Input).filter_by(unit_code=unit, criterion=criterion, input_key=key).one_or_none()
        return None if row is None else (row.number, row.origin)


# Whose figures


def test_an_agency_owns_the_figures_of_the_criteria_that_it_verifies(engine: Engine) -> None:
    """CQ.1 counts on two facts; one of them, all dossiers, counts for CQ.2 too, which nobody verifies."""
    found = [f for f in form(engine, POLICE).figures if f.level == "district"]
    assert [f.entry.code for f in found] == [ONLINE, DOSSIERS]
    # Vũng Tàu has reported both by itself: eight districts wait for the police all the same.
    for figure in found:
        assert (figure.given, figure.supplied, figure.lacking, len(figure.lines)) == (1, 0, 8, 8)
        line = next(line for line in figure.lines if line.unit.code == "747")
        assert (line.stored, line.supplied) == ({ONLINE: "30", DOSSIERS: "100"}[figure.entry.code], False)
    assert [f.entry.code for f in form(engine, BANK).figures if f.level == "district"] == [PLAN]


def test_every_level_is_asked_and_of_the_province_what_it_does_not_sum_up(engine: Engine) -> None:
    """XH.1 of the province, verified by the police, is summed up from the districts: nobody types it there."""
    assert {f.level for f in form(engine, POLICE).figures} == {"department", "district", "commune"}
    own = form(engine, STATISTICS).figures
    assert {f.level for f in own} == {"province"}
    assert all([line.unit.code for line in f.lines] == ["77"] for f in own)


def test_what_does_not_apply_to_a_unit_is_not_asked_of_it(engine: Engine) -> None:
    with write_session(engine) as session:
        rows = session.query(Input).filter_by(unit_code="748", criterion="TC.1").all()
        for row in rows:
            row.state, row.text, row.reason, row.approver = "not_applicable", None, "Không có", "Hội đồng"
    (figure,) = (f for f in form(engine, BANK).figures if f.level == "district")
    assert [line.unit.code for line in figure.lines].count("748") == 0
    assert len(figure.lines) == 7


def test_the_form_is_the_offices_and_its_own_agencys(engine: Engine) -> None:
    assert form(engine, OFFICE, "CAT").figures == form(engine, POLICE).figures
    for who in (BANK, NAMELESS, VISITOR, clerk(place_of(engine, "747")), head(place_of(engine, "747"))):
        with pytest.raises(PermissionError, match="cung cấp số liệu của cơ quan mình"):
            form(engine, who, "CAT")


def test_periods_that_take_figures_are_the_suppliers_business_alone(engine: Engine) -> None:
    with read_session(engine) as session:
        assert [p.name for p in supply_periods(session, POLICE)] == ["Năm 2024"]
        for who in (NAMELESS, VISITOR, clerk(place_of(engine, "747"))):
            with pytest.raises(PermissionError):
                supply_periods(session, who)
    with write_session(engine) as session:
        session.query(Period).one().state = "appraisal"
    with read_session(engine) as session:
        assert supply_periods(session, POLICE) == ()


# Giving them


def test_typed_values_are_compared_then_stored_as_figures_of_their_source(engine: Engine) -> None:
    """30 of Vũng Tàu become 40, Bà Rịa gets its first; blank cells keep what is there."""
    table = typed(engine, {"748": "1.234,5", "747": "40", "750": ""})
    found = difference(engine, POLICE, table)
    assert [(c.unit.code, c.now, c.new) for c in found.changes] == [("748", "", "1.234,5"), ("747", "30", "40")]
    assert len(found.absent) == 6
    assert give(engine, POLICE, table, found) == 2
    assert stored(engine, "747", "CQ.1", "a") == (40.0, "source_system")
    assert stored(engine, "748", "CQ.1", "a") == (1234.5, "source_system")
    assert stored(engine, "750", "CQ.1", "a") is None
    figure = form(engine, POLICE).figures
    assert [(f.given, f.supplied) for f in figure if f.entry.code == ONLINE] == [(2, 2)]
    # The unit's clerk finds it locked.
    line = form_of(engine, place_of(engine, "747")).lines[ONLINE]
    assert (line.text, line.locked) == ("40", True)


def test_faults_are_told_by_the_line_of_the_table(engine: Engine) -> None:
    with pytest.raises(FileFaults) as raised:
        typed(engine, {"748": "1.234", "747": "140", "750": "-1"})
    assert [(f.row, f.column) for f in raised.value.faults] == [(1, "Giá trị"), (3, "Giá trị")]
    assert "có thể hiểu là 1234 hoặc 1,234" in raised.value.faults[0].message
    # 140 filed online of 100 in all cannot be.
    with pytest.raises(FileFaults) as raised:
        typed(engine, {"747": "140"})
    assert "a = 140 lớn hơn b = 100" in raised.value.faults[0].message


def test_the_log_says_what_was_given_by_whom_and_for_whom(engine: Engine) -> None:
    give(engine, POLICE, typed(engine, {"747": "40"}))
    with read_session(engine) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.role, entry.account_id) == ("supply_figures", "data_provider", 21)
        # Typed on the screen: no file is named.
        assert entry.subject == "Hồ sơ trực tuyến (CQ.1)"
        (line,) = session.scalars(select(AuditChange).where(AuditChange.entry_id == entry.id))
        assert (line.unit_code, line.before, line.after) == ("747", "30", "40")


def test_nobody_else_gives_an_agencys_figures(engine: Engine) -> None:
    table = typed(engine, {"747": "40"})
    shown = difference(engine, POLICE, table)
    place = place_of(engine, "747")
    for who in (BANK, NAMELESS, clerk(place), head(place), Identity("lanh-dao", Role.PROVINCE_LEADER), VISITOR):
        with pytest.raises(PermissionError):
            difference(engine, who, table)
        with pytest.raises(PermissionError):
            give(engine, who, table, shown)
    assert stored(engine, "747", "CQ.1", "a") == (30.0, "self_assessed")
    assert give(engine, OFFICE, table) == 1


def test_a_supplier_learns_that_a_unit_types_in_its_place_but_not_what(engine: Engine) -> None:
    place = place_of(engine, "747")
    type_in(engine, place, {ONLINE: "35", PLAN: "có"})
    table = typed(engine, {"747": "40"})
    (change,) = difference(engine, POLICE, table).changes
    assert change.typed == UNSEEN
    assert difference(engine, OFFICE, table).changes[0].typed == "35"
    give(engine, POLICE, table)
    with read_session(engine) as session:
        assert set(drafts(session, clerk(place), place)) == {PLAN}


def test_what_changed_since_the_difference_was_shown_stores_nothing(engine: Engine) -> None:
    table = typed(engine, {"747": "40", "748": "5"})
    shown = difference(engine, POLICE, table)
    give(engine, POLICE, typed(engine, {"748": "6"}))
    with pytest.raises(SubmissionRefusedError, match="vừa thay đổi so với bảng so sánh"):
        give(engine, POLICE, table, shown)
    assert stored(engine, "747", "CQ.1", "a") == (30.0, "self_assessed")


def test_a_figure_of_the_province_is_scored_with_the_province(engine: Engine) -> None:
    """Value added of the digital economy 12, GRDP 100: the figures of one component, and of nothing below."""
    own = districts(engine, "province")
    for code, text in (("fact/digital_value_added/number", "12"), ("fact/grdp/number", "100")):
        entry = own.entries.by_code[code]
        table = read_typed({"77": text}, own, entry)
        with write_session(engine) as session:
            shown = figure_difference(session, STATISTICS, own, entry, table, Action.SUPPLY_FIGURES)
            assert store_figures(session, STATISTICS, own, entry, table, shown, NOW, Action.SUPPLY_FIGURES) == 1
    with read_session(engine) as session:
        found = provincial_snapshot(session, periods(session)[0], 12)
    place = own.entries.by_code["fact/grdp/number"].places[0].criterion
    assert {key: found.origins[place, key] for key in "ab"} == {"a": "source_system", "b": "source_system"}
    values = [found.inputs.value(0, found.inputs.compiled.column_of[place, key]) for key in "ab"]
    assert values == [12.0, 100.0]


# Deadline and board


def test_suppliers_have_a_deadline_of_their_own(engine: Engine) -> None:
    """Three working days from Thursday 12/12/2024: Tuesday 17/12/2024."""
    assert form(engine, POLICE).due is None
    with write_session(engine) as session:
        period = periods(session)[0]
        with pytest.raises(PermissionError):
            set_deadline(session, POLICE, period, SUPPLIERS, THURSDAY, 3, 0, NOW)
        set_deadline(session, OFFICE, period, SUPPLIERS, THURSDAY, 3, 0, NOW)
        set_deadline(session, OFFICE, period, "district", THURSDAY, 9, 0, NOW)
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).offset(1)).first()
        assert entry is not None
        (line,) = session.scalars(select(AuditChange).where(AuditChange.entry_id == entry.id))
        assert (line.place, line.after) == (
            "Đơn vị cung cấp số liệu", "17/12/2024 (3 ngày làm việc kể từ 12/12/2024)",
        )  # fmt: skip
    due = form(engine, POLICE, today=dt.date(2024, 12, 16)).due
    assert due is not None
    assert (due.day, due.days_left) == (dt.date(2024, 12, 17), 1)
    # The units' own deadline is another one.
    theirs = form_of(engine, place_of(engine, "747")).due
    assert theirs is not None
    assert theirs.day == dt.date(2024, 12, 25)


def board(engine: Engine, identity: Identity, today: dt.date = THURSDAY) -> dict[str, SupplyForm]:
    snapshots = levels(engine)
    with read_session(engine) as session:
        return {f.agency.code: f for f in supplier_board(session, identity, snapshots, today)}


def test_the_board_names_agencies_that_are_no_unit_and_those_with_an_account(engine: Engine) -> None:
    # The water companies verify a figure of the reference set of districts alone, which is not used here.
    assert list(board(engine, OFFICE)) == ["CAT", "CTK", "NHNN", "BHXH", "DNVT"]
    for name, organisation in (("so.lieu.1", "công an TỈNH"), ("so.lieu.2", "CAT")):
        create_account(engine, OFFICE, NewAccount(name, Role.DATA_PROVIDER, "Một", organisation=organisation), NOW)
    department = next(u for u in districts(engine, "department").units if u.code == "SYT")
    key = place_of(engine, "747").unit._replace(code="SYT", valid_from=department.valid_from)
    create_account(engine, OFFICE, NewAccount("so.lieu.4", Role.DATA_PROVIDER, "Hai", unit=key), NOW)
    found = board(engine, OFFICE)
    assert {code: f.accounts for code, f in found.items()} == {
        "SYT": 1, "CAT": 2, "CTK": 0, "NHNN": 0, "BHXH": 0, "DNVT": 0,
    }  # fmt: skip
    for who in (POLICE, clerk(place_of(engine, "747"))):
        with pytest.raises(PermissionError):
            board(engine, who)


def test_the_board_passes_over_an_older_account_whose_agency_nobody_knows(engine: Engine) -> None:
    """Accounts were once made with any name; such a one supplies nothing and stops nobody."""
    with write_session(engine) as session:
        for number, name in enumerate(("Công ty lạ", "", None)):
            account = Account(user_name=f"cu.{number}", folded=f"cu.{number}", organisation=name, group_codes="")
            account.role, account.state, account.origin, account.created_at = "data_provider", "active", "office", NOW
            account.must_change, account.totp_confirmed, account.failed, account.lock_outs = False, False, 0, 0
            session.add(account)
    found = board(engine, OFFICE)
    assert {code: f.accounts for code, f in found.items()} == dict.fromkeys(["CAT", "CTK", "NHNN", "BHXH", "DNVT"], 0)


def test_late_is_who_still_lacks_something_after_the_deadline(engine: Engine) -> None:
    with write_session(engine) as session:
        set_deadline(session, OFFICE, periods(session)[0], SUPPLIERS, THURSDAY, 3, 0, NOW)
    on_time, after = dt.date(2024, 12, 17), dt.date(2024, 12, 18)
    assert [f.is_late for f in board(engine, OFFICE, on_time).values()] == [False] * 5
    assert all(f.is_late for f in board(engine, OFFICE, after).values())
    for figure in board(engine, OFFICE)["CTK"].figures:
        own = districts(engine, "province")
        text = "100" if figure.entry.code == "fact/grdp/number" else "có" if "fact" not in figure.entry.code else "12"
        table = read_typed({"77": text}, own, figure.entry)
        with write_session(engine) as session:
            shown = figure_difference(session, STATISTICS, own, figure.entry, table, Action.SUPPLY_FIGURES)
            store_figures(session, STATISTICS, own, figure.entry, table, shown, NOW, Action.SUPPLY_FIGURES)
    done = board(engine, OFFICE, after)["CTK"]
    assert (done.lacking, done.is_late) == (0, False)
