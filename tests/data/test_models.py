"""Stored keys and types, and that the models are what the migrations make."""

import datetime as dt
from collections.abc import Callable
from itertools import pairwise

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.database import engine_for, make_engine, read_session, write_session
from data.models import Base, CriteriaSetVersion, Input, Seeding, stored_sort_key
from data.settings import Settings
from data.setup import MIGRATIONS, migrate
from language import sort_key

LETTERS = "aàảãáạăằắâấbcdđeêềghiíklmnoôơờpqrstuưứvxyAĐƯ0123456789 -zw"


@given(st.text(LETTERS, max_size=20), st.text(LETTERS, max_size=20))
def test_stored_order_is_the_vietnamese_order(one: str, other: str) -> None:
    assert (stored_sort_key(one) < stored_sort_key(other)) == (sort_key(one) < sort_key(other))


def test_numbers_in_names_count_as_numbers() -> None:
    names = ["Phường 2", "Phường 10", "Phường Thắng Nhì", "Xã Bàu Chinh", "Xã Đá Bạc", "Xã Hòa Hội"]
    assert all(stored_sort_key(a) < stored_sort_key(b) for a, b in pairwise(names))


def test_models_and_migrations_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migration_can_be_taken_back(new_database: Callable[[], Settings]) -> None:
    engine = make_engine(new_database().url)
    migrate(engine)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine_for(engine, "schema").begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate(engine)
    assert "input" in inspect(engine).get_table_names()
    engine.dispose()


def test_moments_keep_their_zone(engine: Engine) -> None:
    moment = dt.datetime(2024, 12, 31, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    with write_session(engine) as session:
        session.add(Seeding(name="zone", done_at=moment))
    with read_session(engine) as session:
        stored = session.get_one(Seeding, "zone").done_at
    assert stored == moment
    assert stored.utcoffset() == dt.timedelta(0)


def test_a_moment_without_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(Exception, match="múi giờ"), write_session(engine) as session:
        session.add(Seeding(name="no zone", done_at=dt.datetime(2024, 1, 1)))  # noqa: DTZ001


def test_a_stored_criteria_set_cannot_be_changed(engine: Engine) -> None:
    with pytest.raises(ValueError, match="phiên bản mới"), write_session(engine) as session:
        _first_set(session).text = "id: other"


def _first_set(session: Session) -> CriteriaSetVersion:
    return session.query(CriteriaSetVersion).order_by(CriteriaSetVersion.id).limit(1).one()


@pytest.mark.parametrize(
    "content",
    [
        {"state": "given"},
        {"state": "given", "number": 1.0, "text": "yes"},
        {"state": "given", "number": 1.0, "reason": "x"},
        {"state": "not_applicable"},
        {"state": "not_applicable", "reason": "x"},
        {"state": "not_applicable", "reason": "x", "approver": "y", "number": 0.0},
        {"state": "missing", "number": 1.0},
        {"state": "given", "number": 1.0, "month": 13},
        {"state": "given", "number": 1.0, "origin": "guess"},
        {"state": "given", "number": 1.0, "unit_code": "nowhere"},
    ],
)
def test_the_database_itself_refuses_impossible_inputs(
    engine: Engine, period_id: int, content: dict[str, object]
) -> None:
    place = {"period_id": period_id, "unit_code": "747", "unit_valid_from": dt.date(2020, 1, 1), "criterion": "NEW"}
    row = {**place, "input_key": "value", "month": 12, "origin": "self_assessed", **content}
    with pytest.raises(IntegrityError), write_session(engine) as session:
        session.add(Input(**row))
