"""Demonstration accounts come with the demonstration data and go with it, on both databases."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine

from assessment.accounts import NewAccount, account_list, close_account, create_account
from assessment.demonstration_accounts import make_demonstration_accounts
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.sign_in import sign_in, visit
from criteria.model import Level
from data.database import make_engine, read_session, write_session
from data.demonstration import switch_off, switch_on
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
    # Neither a new password nor a second factor is asked of them.
    assert (found.identity.role, found.pending) == (Role.DX_OFFICE, None)
    with read_session(engine) as session:
        clerk = next(a for a in account_list(session, ADMINISTRATOR) if a.user_name == "nhap.747")
    close_account(engine, ADMINISTRATOR, clerk.id, clerk.version, NOON)
    assert make_demonstration_accounts(engine, NOON) == ()
    with write_session(engine) as session:
        switch_off(session)
    assert visit(engine, token, NOON) is None
    with read_session(engine) as session:
        assert [a.user_name for a in account_list(session, ADMINISTRATOR)] == ["quantri"]
    sign_in(engine, "quantri", own.password, "", NOON)
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
