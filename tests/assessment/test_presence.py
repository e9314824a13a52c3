"""Who else has a form open: noted at times, told for three minutes."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select

from assessment.accounts import NewAccount, create_accounts
from assessment.permissions import Identity
from assessment.presence import is_noted, note_presence, others_present
from assessment.roles import Role
from assessment.submissions import ReportPlace
from data.database import draft_session, read_session
from data.models import Account
from tests.assessment.reporting import NOW, open_office, place_of
from tests.data.databases import Databases

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def engine(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(open_office)
    yield engine
    engine.dispose()


@pytest.fixture
def place(engine: Engine) -> ReportPlace:
    return place_of(engine, "747")


def clerks(engine: Engine, place: ReportPlace) -> list[Identity]:
    """Two clerks of the unit, An and Bình, with accounts."""
    wanted = [
        NewAccount(user, Role.DATA_ENTRY, name, unit=place.unit)
        for user, name in (("an.747", "An"), ("binh.747", "Bình"))
    ]
    create_accounts(engine, Identity(None, Role.ADMINISTRATOR), wanted, NOW, password="mưa rào Côn Đảo 1975")
    with read_session(engine) as session:
        ids = dict(session.execute(select(Account.user_name, Account.id)).all())
    return [Identity(own.user_name, own.role, unit=place.unit, account_id=ids[own.user_name]) for own in wanted]


def test_a_clerk_is_told_of_the_other_for_three_minutes(engine: Engine, place: ReportPlace) -> None:
    first, second = clerks(engine, place)
    with draft_session(engine) as session:
        note_presence(session, first, place, NOW)
    with read_session(engine) as session:
        assert others_present(session, second, place, NOW + 2 * MINUTE) == ("An",)
        assert others_present(session, first, place, NOW + 2 * MINUTE) == ()
        assert others_present(session, second, place, NOW + 3 * MINUTE) == ()


def test_presence_is_noted_once_a_minute(engine: Engine, place: ReportPlace) -> None:
    first, second = clerks(engine, place)
    with draft_session(engine) as session:
        note_presence(session, first, place, NOW)
    with read_session(engine) as session:
        assert is_noted(session, first, place, NOW + MINUTE / 2)
        assert not is_noted(session, first, place, NOW + MINUTE)
        assert not is_noted(session, second, place, NOW)
    with draft_session(engine) as session:
        note_presence(session, first, place, NOW + MINUTE)
    with read_session(engine) as session:
        assert is_noted(session, first, place, NOW + MINUTE)
        assert others_present(session, second, place, NOW + 3 * MINUTE) == ("An",)


def test_the_presence_in_another_units_form_is_nobodys_to_note(engine: Engine, place: ReportPlace) -> None:
    stranger = Identity("an.748", Role.DATA_ENTRY, unit=place_of(engine, "748").unit, account_id=1)
    with draft_session(engine) as session, pytest.raises(PermissionError):
        note_presence(session, stranger, place, NOW)
    with read_session(engine) as session, pytest.raises(PermissionError):
        others_present(session, stranger, place, NOW)
