"""Keeping accounts on both databases: make, reset, hand over, close, unlock, erase; and who may."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from assessment.__main__ import main
from assessment.accounts import (
    AccountRecord,
    AccountRefusedError,
    NewAccount,
    account_list,
    account_units,
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
from assessment.permissions import VISITOR, Identity
from assessment.roles import Role
from assessment.sign_in import Pending, SignInRefusedError, Vouched, sign_in, sign_in_by_subject, visit
from data.database import make_engine, read_session, write_session
from data.lineage import UnitKey
from data.models import AccountState
from data.settings import Settings
from tests.data.databases import Databases, reference_alone

ROOT = Path(__file__).parents[2]
NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
VUNG_TAU = UnitKey("747", dt.date(2020, 1, 1))
ADMINISTRATOR = Identity("quan-tri", Role.ADMINISTRATOR)
OFFICE = Identity("thuong-truc", Role.DX_OFFICE)
CLERK = NewAccount("nhap.747", Role.DATA_ENTRY, "Trần Văn Nhập", "vanthu@vungtau.gov.vn", VUNG_TAU)
OTHERS = [role for role in Role if role not in (Role.ADMINISTRATOR, Role.DX_OFFICE)]


@pytest.fixture(scope="module")
def settings(new_database: Databases) -> Settings:
    return new_database.copy_of(reference_alone)


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[Engine]:
    engine = make_engine(settings.url)
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def no_accounts(engine: Engine) -> None:
    """Every test begins without accounts."""
    with write_session(engine) as session:
        for table in ("recovery_code", "sign_in_session", "person", "account"):
            session.execute(text(f"DELETE FROM {table}"))


def record(engine: Engine, name: str) -> AccountRecord:
    with read_session(engine) as session:
        return next(a for a in account_list(session, ADMINISTRATOR) if a.user_name == name)


def made(engine: Engine, new: NewAccount = CLERK) -> AccountRecord:
    create_account(engine, ADMINISTRATOR, new, NOON)
    return record(engine, new.user_name)


def test_an_account_is_made_with_a_temporary_password(engine: Engine) -> None:
    issued = create_account(engine, OFFICE, replace(CLERK, full_name="  Trần   Văn Nhập "), NOON)
    found = record(engine, "nhap.747")
    assert (found.full_name, found.email, found.role) == ("Trần Văn Nhập", "vanthu@vungtau.gov.vn", Role.DATA_ENTRY)
    assert (found.unit, found.unit_name) == (VUNG_TAU, "Thành phố Vũng Tàu")
    assert (found.state, found.must_change, found.demonstration) == (AccountState.ACTIVE, True, False)
    live = visit(engine, sign_in(engine, "nhap.747", issued.password, "", NOON), NOON)
    assert live is not None
    assert live.pending == Pending.CHANGE_PASSWORD


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"user_name": "ab"}, "«ab» không dùng được"),
        ({"user_name": "văn thư"}, "không dấu"),
        ({"user_name": "nhap.747."}, "kết thúc bằng chữ hoặc số"),
        ({"full_name": "  "}, "Chưa có họ và tên"),
        ({"full_name": "x" * 201}, "dài hơn 200"),
        ({"email": "vanthu"}, "«vanthu» không đúng dạng"),
        ({"unit": None}, "phải gắn với một đơn vị"),
        ({"unit": UnitKey("999", dt.date(2020, 1, 1))}, "không có đơn vị mang mã 999"),
        ({"role": Role.PUBLIC}, "không cần tài khoản"),
        ({"role": Role.DATA_PROVIDER, "unit": None}, "cần tên cơ quan"),
        ({"role": Role.DATA_PROVIDER, "unit": None, "organisation": "Công ty lạ"}, "«Công ty lạ» không trùng tên"),
        ({"role": Role.APPRAISER, "groups": ("NT", "ZZ")}, "mã ZZ"),
        ({"groups": ("NT",)}, "Chỉ vai trò «Chuyên viên thẩm định»"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_the_reason(
    engine: Engine, changed: dict[str, object], words: str
) -> None:
    with pytest.raises(AccountRefusedError, match=words):
        create_account(engine, ADMINISTRATOR, replace(CLERK, **changed), NOON)  # type: ignore[arg-type]
    with read_session(engine) as session:
        assert account_list(session, ADMINISTRATOR) == ()


def test_too_long_a_reason_is_refused_and_nothing_is_done(engine: Engine) -> None:
    account = made(engine)
    with pytest.raises(AccountRefusedError, match="Lý do dài hơn 300 ký tự"):
        close_account(engine, OFFICE, account.id, account.version, NOON, "n" * 301)
    with read_session(engine) as session:
        assert [own.state for own in account_list(session, ADMINISTRATOR)] == [account.state]


def test_names_and_addresses_are_one_of_a_kind_whatever_their_case(engine: Engine) -> None:
    made(engine)
    with pytest.raises(AccountRefusedError) as refused:
        create_account(engine, ADMINISTRATOR, replace(CLERK, user_name="Nhap.747", email="VanThu@vungtau.gov.vn"), NOON)
    assert len(refused.value.faults) == 2


def test_several_accounts_are_made_all_or_none(engine: Engine) -> None:
    second = replace(CLERK, user_name="nhap.747b")
    with pytest.raises(AccountRefusedError, match="đã gắn với tài khoản khác"):
        create_accounts(engine, ADMINISTRATOR, [CLERK, second], NOON)
    with read_session(engine) as session:
        assert account_list(session, ADMINISTRATOR) == ()


def test_a_reset_gives_a_temporary_password_unlocks_and_signs_out(engine: Engine) -> None:
    issued = create_account(engine, ADMINISTRATOR, CLERK, NOON)
    token = sign_in(engine, "nhap.747", issued.password, "", NOON)
    for _time in range(5):
        with pytest.raises(SignInRefusedError):
            sign_in(engine, "nhap.747", "sai", "", NOON)
    found = record(engine, "nhap.747")
    assert found.locked_until is not None
    again = reset_password(engine, OFFICE, found.id, found.version, NOON)
    assert visit(engine, token, NOON) is None
    with pytest.raises(SignInRefusedError):
        sign_in(engine, "nhap.747", issued.password, "", NOON)
    sign_in(engine, "nhap.747", again.password, "", NOON)


def test_unlocking_lets_the_old_password_in_at_once(engine: Engine) -> None:
    issued = create_account(engine, ADMINISTRATOR, CLERK, NOON)
    for _time in range(5):
        with pytest.raises(SignInRefusedError):
            sign_in(engine, "nhap.747", "sai", "", NOON)
    found = record(engine, "nhap.747")
    unlock(engine, OFFICE, found.id, found.version, NOON)
    sign_in(engine, "nhap.747", issued.password, "", NOON)


def test_signing_out_everywhere_ends_every_session_of_the_account(engine: Engine) -> None:
    issued = create_account(engine, ADMINISTRATOR, CLERK, NOON)
    tokens = [sign_in(engine, "nhap.747", issued.password, "", NOON) for _time in range(2)]
    found = record(engine, "nhap.747")
    assert sign_out_everywhere(engine, OFFICE, found.id, found.version, NOON) == 2
    assert [visit(engine, token, NOON) for token in tokens] == [None, None]


def test_an_account_is_tied_to_somebody_at_the_identity_provider_and_untied(engine: Engine) -> None:
    seen = made(engine)
    with pytest.raises(AccountRefusedError, match="từ 1 đến 255 ký tự"):
        link_identity(engine, OFFICE, seen.id, seen.version, "https://so.gov.vn", " ", NOON)
    link_identity(engine, OFFICE, seen.id, seen.version, "https://so.gov.vn", " nhap-9 ", NOON)
    who = Vouched("https://so.gov.vn|nhap-9")
    tied = record(engine, "nhap.747")
    assert tied.subject == who.subject
    token = sign_in_by_subject(engine, who, "", NOON)
    tied = record(engine, "nhap.747")
    with pytest.raises(AccountRefusedError, match="đã gắn với một danh tính; hãy gỡ trước"):
        link_identity(engine, OFFICE, tied.id, tied.version, "https://so.gov.vn", "khac-8", NOON)
    other = made(engine, replace(CLERK, user_name="nhap.747b", email=None))
    with pytest.raises(AccountRefusedError, match=r"đã gắn với tài khoản nhap\.747;"):
        link_identity(engine, OFFICE, other.id, other.version, "https://so.gov.vn", "nhap-9", NOON)
    link_identity(engine, OFFICE, other.id, other.version, "https://khac.gov.vn", "nhap-9", NOON)
    unlink_identity(engine, OFFICE, tied.id, tied.version, NOON)
    assert record(engine, "nhap.747").subject is None
    assert visit(engine, token, NOON) is None
    with pytest.raises(SignInRefusedError):
        sign_in_by_subject(engine, who, "", NOON)


@pytest.mark.parametrize("end", ["close", "hand over"])
def test_an_account_that_ends_is_tied_to_nobody(engine: Engine, end: str) -> None:
    seen = made(engine)
    who = Vouched("https://so.gov.vn|nhap-9", email=CLERK.email)
    sign_in_by_subject(engine, who, "", NOON)
    key = (seen.id, record(engine, "nhap.747").version)
    if end == "close":
        close_account(engine, OFFICE, *key, NOON)
    else:
        hand_over(engine, OFFICE, *key, "nhap.747b", "Lê Thị Mới", None, NOON)
    assert record(engine, "nhap.747").subject is None
    with pytest.raises(SignInRefusedError):
        sign_in_by_subject(engine, who, "", NOON)


def test_a_clerk_who_leaves_hands_over_to_a_new_account(engine: Engine) -> None:
    issued = create_account(engine, ADMINISTRATOR, CLERK, NOON)
    token = sign_in(engine, "nhap.747", issued.password, "", NOON)
    old = record(engine, "nhap.747")
    new = hand_over(engine, OFFICE, old.id, old.version, "nhap.747b", "Lê Thị Mới", "vanthu@vungtau.gov.vn", NOON)
    assert visit(engine, token, NOON) is None
    with pytest.raises(SignInRefusedError):
        sign_in(engine, "nhap.747", issued.password, "", NOON)
    assert record(engine, "nhap.747").state == AccountState.HANDED_OVER
    successor = record(engine, "nhap.747b")
    assert (successor.role, successor.unit, successor.email) == (CLERK.role, VUNG_TAU, "vanthu@vungtau.gov.vn")
    sign_in(engine, "nhap.747b", new.password, "", NOON)
    with write_session(engine) as session:
        named = text("SELECT successor_id FROM account WHERE user_name = 'nhap.747'")
        assert session.execute(named).scalar() == successor.id


def test_a_hand_over_that_cannot_be_changes_nothing(engine: Engine) -> None:
    old = made(engine)
    with pytest.raises(AccountRefusedError, match="Đã có tài khoản"):
        hand_over(engine, OFFICE, old.id, old.version, "nhap.747", "Lê Thị Mới", None, NOON)
    assert record(engine, "nhap.747") == old


def test_a_closed_account_can_have_its_name_erased_and_stays(engine: Engine) -> None:
    found = made(engine)
    with pytest.raises(AccountRefusedError, match="còn hoạt động"):
        erase_person(engine, OFFICE, found.id, found.version, NOON)
    close_account(engine, OFFICE, found.id, found.version, NOON)
    closed = record(engine, "nhap.747")
    with pytest.raises(AccountRefusedError, match="đã đóng"):
        reset_password(engine, OFFICE, closed.id, closed.version, NOON)
    erase_person(engine, OFFICE, closed.id, closed.version, NOON)
    erased = record(engine, "nhap.747")
    assert (erased.state, erased.full_name, erased.email) == (AccountState.CLOSED, "", None)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(engine: Engine) -> None:
    seen = made(engine)
    reset_password(engine, OFFICE, seen.id, seen.version, NOON)
    for attempt in (
        lambda: reset_password(engine, OFFICE, seen.id, seen.version, NOON),
        lambda: close_account(engine, OFFICE, seen.id, seen.version, NOON),
        lambda: hand_over(engine, OFFICE, seen.id, seen.version, "moi.747", "Mới", None, NOON),
    ):
        with pytest.raises(AccountRefusedError, match="vừa được người khác thay đổi"):
            attempt()
    assert record(engine, "nhap.747").state == AccountState.ACTIVE


def test_the_last_administrator_and_oneself_cannot_be_closed(engine: Engine) -> None:
    found = made(engine, NewAccount("quan-tri", Role.ADMINISTRATOR, "Người quản trị"))
    with pytest.raises(AccountRefusedError, match="cuối cùng"):
        close_account(engine, ADMINISTRATOR, found.id, found.version, NOON)
    made(engine, NewAccount("quan-tri-2", Role.ADMINISTRATOR, "Người thứ hai"))
    himself = replace(ADMINISTRATOR, account_id=found.id)
    for attempt in (close_account, reset_second_factor):
        with pytest.raises(AccountRefusedError, match="của mình"):
            attempt(engine, himself, found.id, found.version, NOON)
    close_account(engine, ADMINISTRATOR, found.id, found.version, NOON)


def test_only_an_administrator_touches_administrators(engine: Engine) -> None:
    found = made(engine, NewAccount("quan-tri", Role.ADMINISTRATOR, "Người quản trị"))
    key = (found.id, found.version)
    for attempt in (
        lambda: create_account(engine, OFFICE, NewAccount("ke-gian", Role.ADMINISTRATOR, "Kẻ gian"), NOON),
        lambda: reset_password(engine, OFFICE, *key, NOON),
        lambda: reset_second_factor(engine, OFFICE, *key, NOON),
        lambda: close_account(engine, OFFICE, *key, NOON),
        lambda: hand_over(engine, OFFICE, *key, "ke-gian", "Kẻ gian", None, NOON),
        lambda: unlock(engine, OFFICE, *key, NOON),
        lambda: link_identity(engine, OFFICE, *key, "https://so.gov.vn", "9", NOON),
        lambda: unlink_identity(engine, OFFICE, *key, NOON),
        lambda: sign_out_everywhere(engine, OFFICE, *key, NOON),
    ):
        with pytest.raises(PermissionError, match="quản lý tài khoản quản trị hệ thống"):
            attempt()
    with read_session(engine) as session:
        assert [a.user_name for a in account_list(session, OFFICE)] == ["quan-tri"]


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_keeps_accounts_not_even_his_own_units(engine: Engine, role: Role) -> None:
    found = made(engine)
    key, who = (found.id, found.version), replace(VISITOR, account="a", role=role, unit=VUNG_TAU)
    for attempt in (
        lambda: create_account(engine, who, replace(CLERK, user_name="khac.747", email=None), NOON),
        lambda: reset_password(engine, who, *key, NOON),
        lambda: reset_second_factor(engine, who, *key, NOON),
        lambda: close_account(engine, who, *key, NOON),
        lambda: hand_over(engine, who, *key, "khac.747", "Khác", None, NOON),
        lambda: unlock(engine, who, *key, NOON),
        lambda: link_identity(engine, who, *key, "https://so.gov.vn", "9", NOON),
        lambda: unlink_identity(engine, who, *key, NOON),
        lambda: sign_out_everywhere(engine, who, *key, NOON),
        lambda: erase_person(engine, who, *key, NOON),
    ):
        with pytest.raises(PermissionError, match="không được quản lý tài khoản"):
            attempt()
    with read_session(engine) as session, pytest.raises(PermissionError):
        account_list(session, who)
    assert record(engine, "nhap.747") == found


def test_accounts_belong_to_the_units_of_the_newest_period_or_of_today(engine: Engine) -> None:
    with read_session(engine) as session:
        before = {u.key.code: u.name for u in account_units(session, dt.date(2024, 12, 2))}
        after = {u.key.code: u.name for u in account_units(session, dt.date(2025, 6, 1))}
    assert before["753"] == "Huyện Đất Đỏ"
    assert after["753"] == "Huyện Long Đất"
    assert "77" not in before


# The command line


def test_the_first_administrator_is_made_on_the_command_line(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DTI_FOLDER", str(settings.dti_folder))
    assert main(["account", "administrator", "quan-tri", "Người quản trị", "--generate"]) == 0
    told = capsys.readouterr().out
    password = told.split("Mật khẩu tạm của quan-tri: ")[1].split()[0]
    live = visit(engine, sign_in(engine, "quan-tri", password, "", NOON), NOON)
    assert live is not None
    assert live.pending == Pending.CHANGE_PASSWORD
    assert main(["account", "administrator", "quan-tri", "Người quản trị", "--generate"]) == 1
    assert "Đã có tài khoản tên quan-tri" in capsys.readouterr().err
    assert main(["account", "reset", "QUAN-TRI", "--second-factor"]) == 0
    again = capsys.readouterr().out.split("Mật khẩu tạm của quan-tri: ")[1].split()[0]
    sign_in(engine, "quan-tri", again, "", NOON)
    assert main(["account", "reset", "khong-co"]) == 1
    assert "Không có tài khoản tên khong-co" in capsys.readouterr().err


def test_a_command_that_nobody_can_answer_says_so(tmp_path: Path) -> None:
    """Started by a service, without a terminal: no password can be typed."""
    command = [sys.executable, "-m", "assessment", "account", "administrator", "quan-tri", "Người quản trị"]
    surroundings = {**os.environ, "DTI_FOLDER": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    found = subprocess.run(
        command,
        cwd=ROOT,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        start_new_session=True,
        check=False,
    )
    said = found.stderr.decode()
    assert (found.returncode, "Traceback" in said) == (1, False)
    assert "hãy chạy trong cửa sổ lệnh, hoặc thêm --generate" in said
