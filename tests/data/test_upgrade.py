"""A database of an earlier revision with demonstration data: the upgrade loses nothing and brings what was added."""

import datetime as dt
import hashlib
from collections.abc import Callable

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, MetaData, inspect, select, text
from sqlalchemy.exc import IntegrityError

from criteria.model import Level
from data.database import engine_for, make_engine, read_session, write_session
from data.models import Reopening
from data.national import national_results
from data.seeding import open_office_period, seed_demonstration, seed_reference
from data.settings import Settings
from data.setup import MIGRATIONS, migrate, prepare_database

FIRST_TABLES = {
    "alembic_version", "criteria_set_version", "data_version", "input", "period", "period_criteria_set", "ranking_list",
    "ranking_list_member", "seeding", "snapshot", "unit", "unit_trait",
}  # fmt: skip


def to_revision(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine_for(engine, "schema").begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def _as_revision_1_made_it(engine: Engine, texts: dict[Level, str]) -> None:
    """Tables, rows and notes as the first revision left them: units of 2024 and the demonstration data."""
    migrate(engine)
    with write_session(engine) as session:
        seed_reference(session)
        seed_demonstration(session, texts)
    to_revision(engine, "0001")
    with write_session(engine) as session:
        session.execute(text("DELETE FROM unit WHERE valid_from >= '2025-01-01'"))
        session.execute(text("DELETE FROM ranking_list_member WHERE list_code LIKE 'communes-%'"))
        session.execute(text("DELETE FROM ranking_list WHERE code LIKE 'communes-%'"))
        session.execute(text("DELETE FROM seeding WHERE name = 'lists-of-communes'"))
    assert set(inspect(engine).get_table_names()) == FIRST_TABLES


def _content(engine: Engine) -> dict[str, str]:
    """A hash of every table of the first revision, without the rows that an upgrade adds to."""
    metadata = MetaData()
    metadata.reflect(engine, only=sorted(FIRST_TABLES - {"alembic_version", "data_version"}))
    hashes = {}
    with engine_for(engine, "read").connect() as connection:
        for table in metadata.sorted_tables:
            query = select(table)
            if table.name == "unit":
                query = query.where(text("valid_from < '2025-01-01'"))
            if table.name == "ranking_list":
                query = query.where(text("code NOT LIKE 'communes-%'"))
            if table.name == "ranking_list_member":
                query = query.where(text("list_code NOT LIKE 'communes-%'"))
            if table.name == "seeding":
                query = query.where(text("name LIKE '%2024'"))
            rows = sorted(map(repr, connection.execute(query)))
            assert rows
            hashes[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return hashes


def test_an_upgrade_loses_nothing_and_adds_the_new_reference_rows_once(
    new_database: Callable[[], Settings], set_texts: dict[Level, str]
) -> None:
    settings = new_database()
    old = make_engine(settings.url)
    _as_revision_1_made_it(old, set_texts)
    before = _content(old)
    old.dispose()
    for _start in range(2):
        engine = prepare_database(settings)
        assert _content(engine) == before
        with read_session(engine) as session:
            counts = {
                table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar()
                for table in (
                    "unit",
                    "unit_succession",
                    "national_result",
                    "national_year",
                    "internal_total",
                    "seeding",
                    "ranking_list",
                    "ranking_list_member",
                )
            }
            assert len(national_results(session, 2022)) == 63
        assert counts == {
            "unit": 123,
            "unit_succession": 17,
            "national_result": 129,
            "national_year": 4,
            "internal_total": 1,
            "seeding": 6,
            # Three whole levels, seven districts with communes, three types of communes.
            "ranking_list": 13,
            # Two periods: 21 + 8 + 82 units, and every commune once more in its district and in its type.
            "ranking_list_member": 2 * (111 + 82 + 82),
        }
        engine.dispose()


def test_down_and_up_again_puts_the_packaged_rows_back(
    new_database: Callable[[], Settings], set_texts: dict[Level, str]
) -> None:
    settings = new_database()
    engine = prepare_database(settings, demonstration=False)
    with write_session(engine) as session:
        seed_demonstration(session, set_texts)
    to_revision(engine, "0001")
    assert set(inspect(engine).get_table_names()) == FIRST_TABLES
    engine.dispose()
    again = prepare_database(settings)
    with read_session(again) as session:
        assert len(national_results(session, 2022)) == 63
        assert session.execute(text("SELECT count(*) FROM unit")).scalar() == 123
    again.dispose()


def test_sessions_of_before_came_by_password(new_database: Callable[[], Settings]) -> None:
    settings = new_database()
    engine = prepare_database(settings, demonstration=False)
    to_revision(engine, "0005")
    with write_session(engine) as session:
        session.execute(
            text(
                "INSERT INTO sign_in_session (token_hash, csrf, confirmed, client, created_at, last_seen, expires_at)"
                " VALUES ('a', 'b', FALSE, '', '2024-12-02', '2024-12-02', '2024-12-03')"
            )
        )
    migrate(engine)
    with read_session(engine) as session:
        assert session.execute(text("SELECT by_provider FROM sign_in_session")).scalar_one() in (False, 0)
    engine.dispose()


def test_deadlines_of_levels_stay_when_suppliers_get_theirs(new_database: Callable[[], Settings]) -> None:
    engine = prepare_database(new_database(), demonstration=False)
    with write_session(engine) as session:
        number = open_office_period(session, 2024, "Năm 2024", dt.date(2024, 12, 31)).id

    def put(level: str, days: int = 3) -> None:
        row = f"({number}, '{level}', '2024-12-12', {days}, '2024-12-17', 2)"
        with write_session(engine) as session:
            columns = "(period_id, level, counted_from, working_days, due_on, version)"
            session.execute(text(f"INSERT INTO deadline {columns} VALUES {row}"))

    put("supplier")
    to_revision(engine, "0010")
    with pytest.raises(IntegrityError):
        put("supplier")
    put("district")
    migrate(engine)
    put("supplier")
    for level, days in (("ward", 3), ("commune", 0), ("supplier", 3)):
        with pytest.raises(IntegrityError):
            put(level, days)
    with write_session(engine) as session:
        rows = session.execute(text("SELECT level, working_days, version FROM deadline ORDER BY level")).all()
        assert [tuple(row) for row in rows] == [("district", 3, 2), ("supplier", 3, 2)]
        session.execute(text("DELETE FROM period"))
        assert session.execute(text("SELECT count(*) FROM deadline")).scalar() == 0
    engine.dispose()


def test_accounts_keep_secret_constraints_and_numbers_when_room_is_made_for_sealed_secrets(
    new_database: Callable[[], Settings],
) -> None:
    engine = prepare_database(new_database(), demonstration=False)
    to_revision(engine, "0012")
    columns = "user_name, folded, role, group_codes, must_change, totp_secret, totp_confirmed, state, failed, lock_outs"
    new = (
        f"INSERT INTO account ({columns}, origin, created_at, version) VALUES"
        " ('{0}', '{0}', 'dx_office', '', FALSE, {1}, {2}, 'active', 0, 0, 'office', '2024-12-02', 1)"
    )
    with write_session(engine) as session:
        for name in ("a", "b"):
            session.execute(text(new.format(name, "'JBSWY3DPEHPK3PXP'", "TRUE")))
        session.execute(text("DELETE FROM account WHERE user_name = 'b'"))
    migrate(engine)
    with write_session(engine) as session:
        session.execute(text(new.format("c", f"'{'g' * 200}'", "TRUE")))
    with read_session(engine) as session:
        rows = session.execute(text("SELECT id, user_name, totp_secret FROM account ORDER BY id")).all()
    # Number 2 was somebody's and is nobody else's.
    assert list(map(tuple, rows)) == [(1, "a", "JBSWY3DPEHPK3PXP"), (3, "c", "g" * 200)]
    for wrong in (new.format("d", "NULL", "TRUE"), new.format("c", "NULL", "FALSE"), new.format("", "NULL", "NULL")):
        with pytest.raises(IntegrityError), write_session(engine) as session:
            session.execute(text(wrong))
    to_revision(engine, "0012")
    with read_session(engine) as session:
        kept = session.execute(text("SELECT totp_secret, totp_confirmed FROM account ORDER BY id")).all()
    # What is sealed fits no more; its owner sets the second factor up anew.
    assert list(map(tuple, kept)) == [("JBSWY3DPEHPK3PXP", True), (None, False)]
    engine.dispose()


def test_why_criteria_were_reopened_before_is_brought_along_from_the_log(new_database: Callable[[], Settings]) -> None:
    engine = prepare_database(new_database(), demonstration=False)
    with write_session(engine) as session:
        number = open_office_period(session, 2024, "Năm 2024", dt.date(2024, 12, 31)).id
    to_revision(engine, "0015")
    unit = "'747', '2020-01-01'"
    put = (
        "INSERT INTO audit_entry (moment, role, action, period, unit_code, unit_valid_from, subject, reason,"
        " demonstration, lines, folded, account_id) VALUES"
        f" ('2024-12-20 05:00:00', 'dx_office', 'reopen_appraisal', 'Năm 2024', {unit}, '', 'Thiếu hồ sơ', FALSE, 2, '', 11)"
    )
    line = (
        "INSERT INTO audit_change (entry_id, line, place, before, after, unit_code, unit_valid_from) VALUES"
        " (1, {0}, '{1}', NULL, '{2}', " + unit + ")"
    )
    task = (
        "INSERT INTO appraisal_task (period_id, unit_code, unit_valid_from, criterion, tier, group_code, due_on, ruled,"
        f" version) VALUES ({number}, {unit}, '{{0}}', '{{1}}', 'CQ', '2024-12-27', FALSE, 1)"
    )
    with write_session(engine) as session:
        for statement in (
            put,
            line.format(1, "chỉ số được mở lại", "CQ.1, CQ.2, CQ.3"),
            line.format(2, "hạn thẩm định lại", "27/12/2024"),
            *(task.format(code, tier) for code, tier in (("CQ.1", "second"), ("CQ.2", "second"), ("CQ.3", "first"))),
        ):
            session.execute(text(statement))
    migrate(engine)
    with read_session(engine) as session:
        rows = session.query(Reopening).order_by(Reopening.id).all()
        moment = dt.datetime(2024, 12, 20, 5, tzinfo=dt.UTC)
        # Of CQ.3 there is no second appraisal in this period: it was another one of its name.
        assert [(r.period_id, r.criterion, r.reason, r.account_id, r.reopened_at) for r in rows] == [
            (number, code, "Thiếu hồ sơ", 11, moment) for code in ("CQ.1", "CQ.2")
        ]
    engine.dispose()
