"""The audit log takes new rows only: raw SQL that would change it is refused by both databases."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from data.__main__ import main
from data.audit import SERVER_ROLE, Change, Deed, NewEntry, add_entry
from data.database import make_engine, read_session, write_session
from data.demonstration import demonstration_names
from data.lineage import UnitKey
from data.models import AuditChange, AuditEntry
from data.settings import Settings
from data.setup import migrate

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
VUNG_TAU = UnitKey("747", dt.date(2020, 1, 1))
ENTRY = NewEntry(
    NOON,
    Deed.IMPORT_INPUTS,
    "data_entry",
    account_id=7,
    period="Năm 2024 (06/2024)",
    unit=VUNG_TAU,
    subject="Đợt 1.csv",
    changes=[Change("CQ.4 · a", "30", "35", VUNG_TAU), Change("CQ.4 · b", None, "100", VUNG_TAU)],
)
NEW_ENTRY = (
    "INTO audit_entry (id, moment, role, action, subject, reason, demonstration, lines, folded)"
    " VALUES (1, '2024-12-02 05:00:00', 'public', 'fail', 'khác', '', {no}, 0, '')"
)
NEW_LINE = "INTO audit_change (entry_id, line, place) VALUES (1, {line}, 'CQ.4 · c')"


@pytest.fixture(scope="module")
def engine(new_database: Callable[[], Settings]) -> Iterator[Engine]:
    """A database with one entry of two lines."""
    engine = make_engine(new_database().url)
    migrate(engine)
    with write_session(engine) as session:
        assert add_entry(session, ENTRY) == 1
    yield engine
    engine.dispose()


def _content(engine: Engine) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    with read_session(engine) as session:
        entries = session.execute(select(AuditEntry.__table__)).all()
        return list(map(tuple, entries)), list(map(tuple, session.execute(select(AuditChange.__table__)).all()))


def test_an_entry_is_stored_with_its_lines(engine: Engine) -> None:
    [entry], lines = _content(engine)
    assert entry[:3] == (1, NOON, 7)
    # Searched without diacritics: đ is d.
    assert entry[-3:] == (False, 2, "dot 1.csv nam 2024 (06/2024)")
    assert lines == [
        (1, 1, "CQ.4 · a", "30", "35", "747", dt.date(2020, 1, 1)),
        (1, 2, "CQ.4 · b", None, "100", "747", dt.date(2020, 1, 1)),
    ]


REFUSED = [
    "UPDATE audit_entry SET subject = 'khác'",
    "UPDATE audit_entry SET account_id = NULL WHERE id = 1",
    "DELETE FROM audit_entry",
    "DELETE FROM audit_entry WHERE id = 1",
    "UPDATE audit_change SET after = '99'",
    "DELETE FROM audit_change",
    "DELETE FROM audit_change WHERE line = 2",
    "INSERT " + NEW_ENTRY.format(no="false"),
    "INSERT " + NEW_LINE.format(line=1),
    # An entry has all its lines from the start: none can be put to it later, none can stand before them.
    "INSERT " + NEW_LINE.format(line=3),
    "INSERT " + NEW_LINE.format(line=0),
    "INSERT INTO audit_change (entry_id, line, place) VALUES (2, 1, 'x')",
    "INSERT " + NEW_ENTRY.format(no="false") + " ON CONFLICT (id) DO UPDATE SET subject = 'khác'",
]
OF_KIND = {
    "sqlite": ["INSERT OR REPLACE " + NEW_ENTRY.format(no=0), "REPLACE " + NEW_LINE.format(line=2)],
    "postgresql": ["TRUNCATE audit_change", "TRUNCATE audit_entry CASCADE", "TRUNCATE audit_entry, audit_change"],
}


@pytest.mark.parametrize("statement", REFUSED)
def test_neither_a_row_nor_a_line_can_be_changed_removed_or_put_in_later(engine: Engine, statement: str) -> None:
    before = _content(engine)
    with pytest.raises(DBAPIError), write_session(engine) as session:
        session.execute(text(statement))
    assert _content(engine) == before


def test_nor_by_the_ways_that_only_one_kind_of_database_has(engine: Engine) -> None:
    before = _content(engine)
    for statement in OF_KIND[engine.dialect.name]:
        with pytest.raises(DBAPIError, match="takes"), write_session(engine) as session:
            session.execute(text(statement))
        assert _content(engine) == before


def test_the_log_refers_to_nothing_that_must_stay_for_its_sake(engine: Engine) -> None:
    # Neither account 7 nor the unit is in this database.
    with read_session(engine) as session:
        assert session.execute(text("SELECT count(*) FROM account")).scalar() == 0
        assert session.execute(text("SELECT count(*) FROM unit")).scalar() == 0


def test_an_entry_that_was_undone_leaves_nothing(engine: Engine) -> None:
    before = _content(engine)

    def add_and_fail() -> None:
        with write_session(engine) as session:
            add_entry(session, ENTRY)
            raise LookupError

    with pytest.raises(LookupError):
        add_and_fail()
    assert _content(engine) == before


def test_switching_the_demonstration_leaves_the_log_and_an_entry_each_time_that_it_did_something(
    new_database: Callable[[], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = new_database()
    monkeypatch.setenv("DTI_FOLDER", str(settings.dti_folder))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    for action in ("off", "on", "on", "off", "off"):
        assert main(["demonstration", action]) == 0
    engine = make_engine(settings.url)
    with read_session(engine) as session:
        rows = session.execute(
            select(AuditEntry.action, AuditEntry.role, AuditEntry.account_id, AuditEntry.demonstration)
            .add_columns(AuditEntry.subject)
            .order_by(AuditEntry.id)
        ).all()
        assert session.scalar(select(func.count()).select_from(AuditChange)) == 0
    engine.dispose()
    names = "; ".join(demonstration_names())
    # A database that is new has no demonstration to take out; what is there already is not put in again.
    assert list(map(tuple, rows)) == [
        (deed, SERVER_ROLE, None, True, names) for deed in (Deed.DEMONSTRATION_ON, Deed.DEMONSTRATION_OFF)
    ]
