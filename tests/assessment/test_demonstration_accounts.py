"""Demonstration accounts come with the demonstration data and go with it, on both databases."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Barrier

import pytest
from sqlalchemy import Engine

from assessment.accounts import (
    AccountRefusedError,
    NewAccount,
    account_list,
    close_account,
    create_account,
    reset_password,
)
from assessment.council import record_council, steps_of
from assessment.deadlines import days_off, set_day_off
from assessment.demonstration_accounts import make_demonstration_accounts
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.sign_in import sign_in, visit
from assessment.working_days import DayOff
from criteria.model import Level
from data.database import make_engine, read_session, write_session
from data.demonstration import switch_off, switch_on
from data.models import PeriodState
from tests.assessment.appraising import DAY, LATER, office_period, submitted_office
from tests.data.conftest import set_texts
from tests.data.databases import Databases, reference_alone

__all__ = ["set_texts"]

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
ADMINISTRATOR = Identity("quan-tri", Role.ADMINISTRATOR)


@pytest.fixture
def engine(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(reference_alone)
    yield engine
    engine.dispose()


def test_there_are_none_without_demonstration_data(engine: Engine) -> None:
    assert make_demonstration_accounts(engine, NOON) == ()


def test_they_come_once_with_the_data_and_go_with_it(engine: Engine, set_texts: dict[Level, str]) -> None:
    own = create_account(engine, ADMINISTRATOR, NewAccount("quantri", Role.ADMINISTRATOR, "Của cơ quan"), NOON)
    with write_session(engine) as session:
        switch_on(session, set_texts)
    made = make_demonstration_accounts(engine, NOON)
    # One per role that has accounts, but the name that the office has taken, those of a second unit and agency, and a district's appraiser.
    assert sorted(a.user_name for a in made) == [
        "lanhdao.747", "lanhdao.748", "lanhdaotinh", "nhap.747", "nhap.748", "solieu.cat", "solieu.nhnn",
        "thamdinh", "thamdinh.747", "thuongtruc",
    ]  # fmt: skip
    assert make_demonstration_accounts(engine, NOON) == ()
    office = next(a for a in made if a.user_name == "thuongtruc")
    token = sign_in(engine, office.user_name, office.password, "", NOON)
    found = visit(engine, token, NOON)
    assert found is not None
    police = next(a for a in made if a.user_name == "solieu.cat")
    supplier = visit(engine, sign_in(engine, police.user_name, police.password, "", NOON), NOON)
    assert supplier is not None
    # What an organisation is called says whose figures it gives.
    assert (police.unit_name, supplier.identity.agency) == ("Công an tỉnh", "CAT")
    # Neither a new password nor a second factor is asked of them, and they are known for what they are.
    assert (found.identity.role, found.pending, found.identity.demonstration) == (Role.DX_OFFICE, None, True)
    with read_session(engine) as session:
        clerk = next(a for a in account_list(session, ADMINISTRATOR) if a.user_name == "nhap.747")
    close_account(engine, ADMINISTRATOR, clerk.id, clerk.version, NOON)
    assert make_demonstration_accounts(engine, NOON) == ()
    with write_session(engine) as session:
        switch_off(session)
    assert visit(engine, token, NOON) is None
    with read_session(engine) as session:
        assert [a.user_name for a in account_list(session, ADMINISTRATOR)] == ["quantri"]
    back = visit(engine, sign_in(engine, "quantri", own.password, "", NOON), NOON)
    assert back is not None
    assert not back.identity.demonstration
    with write_session(engine) as session:
        switch_on(session, set_texts)
    assert len(make_demonstration_accounts(engine, NOON)) == 10


def test_of_two_processes_that_start_together_one_makes_them(
    new_database: Databases, set_texts: dict[Level, str]
) -> None:
    settings = new_database.copy_of(reference_alone)
    engines = [make_engine(settings.url) for _process in range(2)]
    with write_session(engines[0]) as session:
        switch_on(session, set_texts)
    together = Barrier(2)

    def start(engine: Engine) -> int:
        together.wait()
        return len(make_demonstration_accounts(engine, NOON))

    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(start, engines)) == [0, 11]
    for engine in engines:
        engine.dispose()


def test_what_an_account_of_the_demonstration_makes_belongs_to_the_demonstration(
    engine: Engine, set_texts: dict[Level, str]
) -> None:
    real = create_account(engine, ADMINISTRATOR, NewAccount("bich.vt", Role.DX_OFFICE, "Của cơ quan"), NOON)
    with write_session(engine) as session:
        switch_on(session, set_texts)
    make_demonstration_accounts(engine, NOON)
    with read_session(engine) as session:
        found = {own.user_name: own for own in account_list(session, ADMINISTRATOR)}
    demonstration = Identity("quantri", Role.ADMINISTRATOR, account_id=found["quantri"].id, demonstration=True)
    create_account(engine, demonstration, NewAccount("trinhdien.kegia", Role.DX_OFFICE, "Kẻ Giả"), NOON)
    refused = "Tài khoản trình diễn chỉ xem và thao tác với số liệu và tài khoản trình diễn"
    own = found[real.user_name]
    with pytest.raises(PermissionError, match=refused):
        reset_password(engine, demonstration, own.id, own.version, NOON)
    with read_session(engine) as session:
        after = {own.user_name: own for own in account_list(session, ADMINISTRATOR)}
    assert after["trinhdien.kegia"].demonstration
    assert after[real.user_name] == own
    with read_session(engine) as session:
        shown = account_list(session, demonstration)
    # Names and addresses of the office's people are not shown to who read a password on the first start's screen.
    assert {own.user_name for own in shown} == {own for own in after if after[own].demonstration}
    assert real.user_name not in {own.user_name for own in shown}


def test_it_learns_of_no_name_or_address_of_the_office_when_it_makes_an_account(engine: Engine) -> None:
    new = NewAccount("bich.vt", Role.DX_OFFICE, "Của cơ quan", "bich@vungtau.gov.vn")
    create_account(engine, ADMINISTRATOR, new, NOON)
    demonstration = Identity("quantri", Role.ADMINISTRATOR, account_id=992, demonstration=True)

    def refused(name: str, email: str | None = None) -> tuple[str, ...]:
        with pytest.raises(AccountRefusedError) as refusal:
            create_account(engine, demonstration, NewAccount(name, Role.DX_OFFICE, "Người thử", email), NOON)
        return refusal.value.faults

    # Whether a name is there or not is answered alike.
    assert refused("bich.vt") == refused("BICH.VT") == refused("khong.co")
    assert "phải bắt đầu bằng «trinhdien.»" in refused("bich.vt")[0]
    assert refused("trinhdien.moi", "bich@vungtau.gov.vn") == refused("trinhdien.moi", "khong.co@vungtau.gov.vn")
    create_account(engine, demonstration, NewAccount("trinhdien.moi", Role.DX_OFFICE, "Người thử"), NOON)
    assert refused("TrinhDien.Moi") == ("Đã có tài khoản tên TrinhDien.Moi; hãy chọn tên đăng nhập khác.",)
    with pytest.raises(AccountRefusedError, match="dành cho tài khoản do tài khoản trình diễn tạo"):
        create_account(engine, ADMINISTRATOR, NewAccount("trinhdien.that", Role.DX_OFFICE, "Của cơ quan"), NOON)


def test_an_account_of_the_demonstration_takes_no_step_of_the_office_s_period(new_database: Databases) -> None:
    engine = new_database.opened(submitted_office)
    with write_session(engine) as session:
        period = office_period(session)
        before = steps_of(session, period.id)
    demonstration = Identity("trinh.dien", Role.DX_OFFICE, account_id=991, demonstration=True)
    with (
        pytest.raises(PermissionError, match="Tài khoản trình diễn chỉ xem và thao tác"),
        write_session(engine) as session,
    ):
        record_council(session, demonstration, period.id, "99/GIẢ", DAY, "", LATER, voiding=True)
    with read_session(engine) as session:
        assert steps_of(session, period.id) == before
        assert office_period(session).state == PeriodState.AWAITING_APPROVAL
    engine.dispose()


def test_it_changes_what_all_periods_share_only_while_the_office_has_no_period(new_database: Databases) -> None:
    demonstration = Identity("trinh.dien", Role.DX_OFFICE, account_id=991, demonstration=True)
    day = DayOff(dt.date(2024, 12, 24), working=False, name="Nghỉ bù", source="Thông báo số 1")
    for build, permitted in ((reference_alone, True), (submitted_office, False)):
        engine = new_database.opened(build)
        with read_session(engine) as session:
            before = days_off(session)
        refused = nullcontext() if permitted else pytest.raises(PermissionError, match="Tài khoản trình diễn chỉ xem")
        with refused, write_session(engine) as session:
            set_day_off(session, demonstration, day, NOON)
        with read_session(engine) as session:
            assert days_off(session) == ((*before, day) if permitted else before)
        engine.dispose()
