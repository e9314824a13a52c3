"""Reading the audit log on both databases: who sees what, filters, words, pages, an entry's lines, what a file holds."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, insert, select, text

from assessment.accounts import NewAccount, account_list, close_account, create_accounts, erase_person
from assessment.audit_log import (
    LINES_PAGE,
    MOST_EXPORTED,
    PAGE,
    SERVER,
    AuditRecord,
    Sought,
    audit_accounts,
    audit_entry,
    audit_export,
    audit_page,
    audit_units,
    has_demonstration,
    newest_first,
)
from assessment.permissions import VISITOR, Identity
from assessment.roles import Role
from data.audit import Change, Deed, NewEntry, add_entry
from data.database import account_session, read_session, write_session
from data.lineage import UnitKey
from data.models import AuditEntry
from tests.data.databases import Databases, reference_alone

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
VUNG_TAU, BA_RIA = UnitKey("747", dt.date(2020, 1, 1)), UnitKey("748", dt.date(2020, 1, 1))
ADMINISTRATOR = Identity("quan-tri", Role.ADMINISTRATOR)
OFFICE = Identity("thuong-truc", Role.DX_OFFICE)
HEAD = Identity("lanhdao.747", Role.UNIT_LEADER, VUNG_TAU)
MANY = 100_000


@pytest.fixture(scope="module")
def ids() -> dict[str, int]:
    """Ids of the accounts by user name."""
    return {}


@pytest.fixture(scope="module")
def engine(new_database: Databases, ids: dict[str, int]) -> Iterator[Engine]:
    """Nine entries: three accounts made, then deeds on six days, the fourth of which is 01/12 in UTC, 02/12 at home."""
    engine = new_database.opened(reference_alone)
    known = [
        NewAccount("nhap.747", Role.DATA_ENTRY, "Đỗ Thị Ánh", None, VUNG_TAU),
        NewAccount("nhap.748", Role.DATA_ENTRY, "Trần Văn Bình", None, BA_RIA),
        NewAccount("thuong-truc", Role.DX_OFFICE, "Lê Văn Chức"),
    ]
    create_accounts(engine, ADMINISTRATOR, known, NOON - 30 * DAY)
    with read_session(engine) as session:
        ids |= {a.user_name: a.id for a in account_list(session, ADMINISTRATOR)}
    entries = [
        NewEntry(
            NOON - 5 * DAY, Deed.IMPORT_INPUTS, "data_entry", ids["nhap.747"], None, "Năm 2024 (11/2024)", VUNG_TAU,
            "Đợt một.csv", changes=[Change("CQ.4 · a", "30", "35", VUNG_TAU)],
        ),
        NewEntry(
            NOON - 4 * DAY, Deed.IMPORT_INPUTS, "dx_office", ids["thuong-truc"], None, "Năm 2024 (11/2024)", None,
            "cả tỉnh.csv", changes=[
                Change("CQ.4 · a", "35", "36", VUNG_TAU), Change("CQ.4 · a", None, "9", BA_RIA),
                Change("CQ.4 · b", None, "10", BA_RIA),
            ],
        ),
        NewEntry(NOON - 3 * DAY, Deed.STORE_SET, "dx_office", ids["thuong-truc"], subject="district-2024 1.1"),
        NewEntry(
            dt.datetime(2024, 12, 1, 17, 0, tzinfo=dt.UTC), Deed.FAIL, "public", None, ids["nhap.747"], None, VUNG_TAU,
            reason="sai mật khẩu",
        ),
        NewEntry(NOON, Deed.DEMONSTRATION_OFF, "administrator", subject="Năm 2024 (trình diễn)", demonstration=True),
        NewEntry(NOON + DAY, Deed.SIGN_IN, "data_entry", 777, 777, None, BA_RIA, subject="100%_chắc"),
    ]  # fmt: skip
    with write_session(engine) as session:
        for entry in entries:
            add_entry(session, entry)
    yield engine
    engine.dispose()


def found(engine: Engine, sought: Sought, who: Identity = OFFICE) -> list[str]:
    """The deeds that are wanted, the newest first."""
    with read_session(engine) as session:
        return [entry.deed for entry in audit_page(session, who, sought).entries]


def entry_of(engine: Engine, sought: Sought, who: Identity = OFFICE) -> AuditRecord:
    with read_session(engine) as session:
        [entry] = audit_page(session, who, sought).entries
    return entry


def test_the_newest_stands_first(engine: Engine) -> None:
    assert found(engine, Sought()) == [
        "sign_in", "demonstration_off", "fail", "store_set", "import_inputs", "import_inputs",
        "create_account", "create_account", "create_account",
    ]  # fmt: skip


def test_who_did_it_is_named_by_what_the_tables_of_accounts_and_people_say_now(
    engine: Engine, ids: dict[str, int]
) -> None:
    first = entry_of(engine, Sought(words="đợt một"))
    assert first.who is not None
    assert (first.who.id, first.who.user_name, first.who.full_name) == (ids["nhap.747"], "nhap.747", "Đỗ Thị Ánh")
    assert (first.unit, first.unit_name, first.lines) == (VUNG_TAU, "Thành phố Vũng Tàu", 1)
    gone = entry_of(engine, Sought(deed="sign_in"))
    assert gone.who is not None
    assert (gone.who.id, gone.who.user_name, gone.who.full_name) == (777, "", "")
    server = entry_of(engine, Sought(deed="demonstration_off"))
    assert (server.who, server.about, server.demonstration) == (None, None, True)


@pytest.mark.parametrize(
    ("sought", "deeds"),
    [
        (Sought(role="data_entry"), ["sign_in", "import_inputs"]),
        (Sought(deed="store_set"), ["store_set"]),
        # Every line counts: the whole province's import is about Vũng Tàu too.
        (Sought(unit=VUNG_TAU), ["fail", "import_inputs", "import_inputs", "create_account"]),
        (Sought(unit=UnitKey("747", dt.date(2025, 1, 1))), []),
        # A day is a day in Viet Nam: 17:00 UTC of the first is midnight of the second.
        (Sought(first_day=dt.date(2024, 12, 2)), ["sign_in", "demonstration_off", "fail"]),
        (Sought(last_day=dt.date(2024, 12, 1), first_day=dt.date(2024, 11, 28)), ["store_set", "import_inputs"]),
        (Sought(first_day=dt.date(2024, 12, 3), last_day=dt.date(2024, 12, 2)), []),
        (Sought(role="data_entry", deed="sign_in", unit=BA_RIA), ["sign_in"]),
        # By commands and the software itself; whoever has not signed in is somebody else.
        (Sought(account=SERVER), ["demonstration_off", "create_account", "create_account", "create_account"]),
        (Sought(role="public"), ["fail"]),
    ],
)
def test_filters_narrow_together(engine: Engine, sought: Sought, deeds: list[str]) -> None:
    assert found(engine, sought) == deeds


def test_an_account_is_found_as_who_did_it_and_as_whom_it_was_done_to(engine: Engine, ids: dict[str, int]) -> None:
    assert found(engine, Sought(account=ids["nhap.747"])) == ["fail", "import_inputs", "create_account"]


@pytest.mark.parametrize(
    ("words", "deeds"),
    [
        ("dot mot", ["import_inputs"]),
        ("ĐỢT một", ["import_inputs"]),
        ("do thi anh", ["fail", "import_inputs", "create_account"]),
        ("nhap.748", ["create_account"]),
        ("luu bo chi so", ["store_set"]),
        ("vung tau import", []),
        ("vung tau nhap so lieu", ["import_inputs"]),
        ("sai mat khau", ["fail"]),
        ("thuong truc", ["store_set", "import_inputs", "create_account"]),
        ("2024 (11/2024)", ["import_inputs", "import_inputs"]),
        # Signs that mean something to the database stand for themselves.
        ("100%_", ["sign_in"]),
        ("%", ["sign_in"]),
        ("' OR 1=1 --", []),
    ],
)
def test_words_are_searched_without_diacritics_in_what_who_and_where(
    engine: Engine, words: str, deeds: list[str]
) -> None:
    assert found(engine, Sought(words=words)) == deeds


# Who may see what


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.ADMINISTRATOR, Role.DX_OFFICE, Role.UNIT_LEADER)])
def test_nobody_else_reads_the_log(engine: Engine, role: Role) -> None:
    who = Identity(None if role == Role.PUBLIC else "a", role, None if role == Role.PUBLIC else VUNG_TAU)
    reads: list[Callable[..., object]] = [audit_page, audit_export, has_demonstration]
    with read_session(engine) as session:
        for read in reads:
            with pytest.raises(PermissionError, match="xem nhật ký hệ thống"):
                read(session, who, Sought())
        for read in (audit_accounts, audit_units):
            with pytest.raises(PermissionError, match="xem nhật ký hệ thống"):
                read(session, who)
        with pytest.raises(PermissionError, match="xem nhật ký hệ thống"):
            audit_entry(session, who, 1)


def test_a_head_sees_what_concerns_his_own_unit_and_of_it_the_own_lines(engine: Engine, ids: dict[str, int]) -> None:
    own = ["fail", "import_inputs", "import_inputs", "create_account"]
    assert found(engine, Sought(), HEAD) == own
    assert found(engine, Sought(unit=BA_RIA), HEAD) == ["import_inputs"]
    with read_session(engine) as session:
        whole = audit_page(session, OFFICE, Sought(words="cả tỉnh")).entries[0]
        shared = audit_page(session, HEAD, Sought(words="cả tỉnh")).entries[0]
        assert (whole.lines, shared.lines) == (3, 1)
        detail = audit_entry(session, HEAD, shared.id)
        assert [(x.change.unit, x.change.before, x.change.after) for x in detail.lines] == [(VUNG_TAU, "35", "36")]
        assert len(audit_entry(session, OFFICE, shared.id).lines) == 3
        foreign = audit_page(session, OFFICE, Sought(deed="store_set")).entries[0]
        with pytest.raises(LookupError, match="không thuộc phạm vi"):
            audit_entry(session, HEAD, foreign.id)
        lines = [line for _entry, line in audit_export(session, HEAD, Sought()).rows if line is not None]
        # Of the province's import only the own line; beside it the own import and the role of the new account.
        assert [line.change.unit for line in lines] == [VUNG_TAU, VUNG_TAU, None]
        assert {h.id for h in audit_accounts(session, HEAD)} == {ids["nhap.747"], ids["thuong-truc"]}
        assert audit_units(session, HEAD) == ()
        assert has_demonstration(session, OFFICE, Sought())
        assert not has_demonstration(session, HEAD, Sought())


def test_a_head_without_a_unit_sees_nothing(engine: Engine) -> None:
    with read_session(engine) as session, pytest.raises(PermissionError, match="trong phạm vi của mình"):
        audit_page(session, replace(HEAD, unit=None), Sought())


def test_a_visitor_cannot_open_an_entry_by_its_number(engine: Engine) -> None:
    with read_session(engine) as session, pytest.raises(PermissionError):
        audit_entry(session, VISITOR, 1)


# To be read from here on in this order: these add to the log


def test_a_name_is_gone_from_the_log_once_it_was_erased(engine: Engine, ids: dict[str, int]) -> None:
    with read_session(engine) as session:
        version = next(a.version for a in account_list(session, ADMINISTRATOR) if a.user_name == "nhap.748")
    close_account(engine, ADMINISTRATOR, ids["nhap.748"], version, NOON)
    erase_person(engine, ADMINISTRATOR, ids["nhap.748"], version + 1, NOON)
    assert found(engine, Sought(words="trần văn bình")) == []
    entry = entry_of(engine, Sought(account=ids["nhap.748"], deed="erase_person"))
    assert entry.about is not None
    assert (entry.about.user_name, entry.about.full_name) == ("nhap.748", "")


def test_the_demonstration_s_accounts_may_go_and_their_deeds_stay(engine: Engine) -> None:
    new = NewAccount("trinhdien", Role.PROVINCE_LEADER, "Người trình diễn")
    create_accounts(engine, ADMINISTRATOR, [new], NOON, demonstration=True)
    with account_session(engine) as session:
        session.execute(text("DELETE FROM account WHERE user_name = 'trinhdien'"))
    with read_session(engine) as session:
        entry = audit_page(session, OFFICE, Sought(deed="create_account")).entries[0]
    assert entry.demonstration
    assert entry.about is not None
    assert entry.about.user_name == ""


def test_an_entry_with_many_lines_is_read_by_pages(engine: Engine) -> None:
    changes = [Change(f"CQ.{n}", None, str(n), BA_RIA) for n in range(1, LINES_PAGE + 2)]
    with write_session(engine) as session:
        many = add_entry(session, NewEntry(NOON, Deed.IMPORT_INPUTS, "dx_office", unit=BA_RIA, changes=changes))
    with read_session(engine) as session:
        first, second = (audit_entry(session, OFFICE, many, page) for page in (1, 2))
        assert (first.pages, len(first.lines), first.lines[-1].line) == (2, LINES_PAGE, LINES_PAGE)
        assert [line.change.place for line in second.lines] == [f"CQ.{LINES_PAGE + 1}"]
        assert audit_entry(session, OFFICE, many, 99) == second


def test_a_hundred_thousand_entries_are_read_by_index_fifty_at_a_time(engine: Engine) -> None:
    with read_session(engine) as session:
        before = audit_page(session, OFFICE, Sought()).total
    entry = {
        "role": "data_entry", "action": "sign_in", "subject": "", "reason": "", "demonstration": False, "lines": 0,
        "folded": "", "unit_code": "748", "unit_valid_from": BA_RIA.valid_from, "account_id": 777,
    }  # fmt: skip
    rows = [{**entry, "moment": NOON + DAY + dt.timedelta(seconds=n)} for n in range(1, MANY + 1)]
    with write_session(engine) as session:
        session.execute(insert(AuditEntry), rows)
    with read_session(engine) as session:
        first = audit_page(session, OFFICE, Sought())
        assert (first.total, len(first.entries), first.pages) == (before + MANY, PAGE, -(-(before + MANY) // PAGE))
        assert first.entries[0].moment == NOON + DAY + dt.timedelta(seconds=MANY)
        last = audit_page(session, OFFICE, Sought(), page=first.pages + 5)
        assert (last.page, len(last.entries)) == (first.pages, (before + MANY) % PAGE or PAGE)
        assert audit_page(session, OFFICE, Sought(words="dot mot")).total == 1
        assert [e.deed for e in audit_page(session, HEAD, Sought()).entries] == [
            "fail", "import_inputs", "import_inputs", "create_account",
        ]  # fmt: skip
        exported = audit_export(session, OFFICE, Sought())
        assert (len(exported.rows), exported.cut) == (MOST_EXPORTED, True)
        assert not audit_export(session, HEAD, Sought()).cut
        query = newest_first(select(AuditEntry)).limit(PAGE)
        explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
        compiled = query.compile(engine, compile_kwargs={"literal_binds": True})
        plan = " ".join(map(str, session.execute(text(explain + str(compiled))).all()))
        assert "ix_audit_entry_moment_id" in plan
        assert "TEMP B-TREE" not in plan
