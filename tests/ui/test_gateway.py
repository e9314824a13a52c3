"""The way to the data: what stands before what, what is cached, and that a write is seen at once."""

import ast
import inspect
from pathlib import Path

import pytest
from sqlalchemy import event
from streamlit.testing.v1 import AppTest

from data.database import read_session, write_session
from data.models import InputOrigin
from data.repositories import InputValue, cells, store_inputs
from ui import gateway

PAGES = Path(__file__).resolve().parents[2] / "pages"
FILES = sorted(p for p in PAGES.glob("*.py") if p.name != "__init__.py")
MOST_LINES = 100
NOT_IN_PAGES = {"sqlalchemy", "numpy", "pandas"}
"""A page asks and draws: no SQL, no arithmetic on scores."""


def _years() -> dict[int, tuple[int, tuple[int, ...]]]:
    """Period and months by year."""
    return {period.year: (period.id, months) for period, months in gateway.calendar()}


def test_calendar_has_the_newest_period_first() -> None:
    years = [period.year for period, _months in gateway.calendar()]
    assert years == sorted(years, reverse=True)
    assert len(years) >= 2


def test_before_is_last_month_and_in_january_the_end_of_the_year_before() -> None:
    years = _years()
    (this, months), (last, earlier) = years[2024], years[2023]
    assert months == tuple(range(1, 13))
    for month in months[1:]:
        found = gateway.before(this, month)
        assert found is not None
        assert (found[0].id, found[1]) == (this, month - 1)
    january = gateway.before(this, 1)
    assert january is not None
    assert (january[0].id, january[1]) == (last, earlier[-1])


def test_nothing_stands_before_the_first_snapshot() -> None:
    first, months = _years()[min(_years())]
    assert gateway.before(first, months[0]) is None
    assert gateway.year_before(first) is None


def test_year_before_is_the_last_snapshot_of_that_year() -> None:
    years = _years()
    found = gateway.year_before(years[2024][0])
    assert found is not None
    assert (found[0].id, found[1]) == (years[2023][0], years[2023][1][-1])


def test_nothing_to_compare_with_is_nothing() -> None:
    assert gateway.compared_with(None, "district") is None


def test_compared_with_gives_the_same_level() -> None:
    then = gateway.before(_years()[2024][0], 12)
    compared = gateway.compared_with(then, "district")
    assert compared is not None
    assert (compared.level, compared.month) == ("district", 11)


def test_movement_on_the_scorecard_is_that_of_the_ranking() -> None:
    period = _years()[2024][0]
    now = gateway.snapshot(period, "district", 12)
    then = gateway.compared_with(gateway.before(period, 12), "district")
    for row in gateway.ranking_table(now, now.lists[0].code, then).rows:
        place = gateway.unit_scorecard(now, now.lists[0].code, row.unit.code, then).place
        assert (place.rank, place.movement, place.total, place.band) == (row.rank, row.movement, row.total, row.band)


def test_trend_ends_with_the_snapshot_itself() -> None:
    now = gateway.snapshot(_years()[2024][0], "district", 6)
    card = gateway.unit_scorecard(now, now.lists[0].code, "747", None)
    assert [p.label for p in card.trend] == ["12/2023", *(f"0{m}/2024" for m in range(1, 7))]
    assert card.trend[-1].total == card.place.total


def test_a_second_question_is_answered_without_reading_inputs_again() -> None:
    period = _years()[2024][0]
    first = gateway.snapshot(period, "district", 12)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(gateway.engine(), "before_cursor_execute", note)
    try:
        assert gateway.snapshot(period, "district", 12) is first
    finally:
        event.remove(gateway.engine(), "before_cursor_execute", note)
    # The number of the data's version is asked every time, and nothing else.
    assert len([s for s in statements if "SELECT" in s]) == 1


def test_a_write_is_seen_at_the_next_question() -> None:
    period = _years()[2024][0]
    before = gateway.snapshot(period, "district", 12)
    with read_session(gateway.engine()) as session:
        stored = cells(session, period, "district", 12)
    own = next(c for c in stored if c.unit_code == "747" and c.key == "a" and c.number)
    place = (own.unit_code, own.criterion, own.key)
    try:
        _store(period, InputValue(*place, number=0.0, origin=InputOrigin(own.origin)))
        after = gateway.snapshot(period, "district", 12)
        row = after.row_of["747"]
        assert after.book.total[row] < before.book.total[row]
    finally:
        _store(period, InputValue(*place, number=own.number, origin=InputOrigin(own.origin)))
    again = gateway.snapshot(period, "district", 12)
    assert again.book.total.tolist() == before.book.total.tolist()


def _store(period_id: int, value: InputValue) -> None:
    with write_session(gateway.engine()) as session:
        assert store_inputs(session, period_id, 12, [value]) == 1


def test_districts_are_named_for_communes_only() -> None:
    period = _years()[2024][0]
    names = gateway.parent_names(gateway.snapshot(period, "commune", 12))
    assert names["747"] == "Thành phố Vũng Tàu"
    assert len(names) == 8
    assert gateway.parent_names(gateway.snapshot(period, "district", 12)) == {}


def _functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]


def _unbounded(source: str) -> list[str]:
    """Functions that are kept in a way that knows no limit."""
    return [
        function.name
        for function in _functions(ast.parse(source))
        if any("st.cache" in ast.unparse(decorator) for decorator in function.decorator_list)
    ]


@pytest.mark.parametrize("path", sorted(Path(inspect.getfile(gateway)).parent.glob("*.py")), ids=lambda p: p.stem)
def test_every_cache_is_bounded(path: Path) -> None:
    assert _unbounded(path.read_text(encoding="utf-8")) == []


def test_check_of_caches_sees_one_without_a_limit() -> None:
    assert _unbounded("@st.cache_resource\ndef f(a): ...\n@kept(4)\ndef g(a): ...") == ["f"]


def test_every_cache_of_stored_data_has_the_version_in_its_key() -> None:
    cached = [
        function
        for function in _functions(ast.parse(inspect.getsource(gateway)))
        if any("kept(" in ast.unparse(d) for d in function.decorator_list) and function.name != "engine"
    ]
    assert len(cached) >= 5
    assert [f.name for f in cached if f.args.args[0].arg != "version"] == []


def _asks_and_writes() -> None:
    import streamlit as st

    from data.database import write_session
    from ui import gateway
    from ui.guard import guard

    guard("overview")
    first, again = gateway.data_version(), gateway.data_version()
    with write_session(gateway.engine()):
        pass
    st.markdown(f"{again - first} {gateway.data_version() - first}")


def test_a_run_reads_the_data_version_once_and_again_after_a_write() -> None:
    gateway.data_version()
    asked: list[str] = []
    note = lambda _connection, _cursor, statement, *_more: asked.append(statement)  # noqa: E731
    event.listen(gateway.engine(), "before_cursor_execute", note)
    try:
        page = AppTest.from_function(_asks_and_writes).run()
    finally:
        event.remove(gateway.engine(), "before_cursor_execute", note)
    assert page.markdown[0].value == "0 1"
    assert len([s for s in asked if s.startswith("SELECT data_version.version")]) == 2


def _second_connections(text: str) -> list[str]:
    """What asks the database anew while a session of its own is open: as many at once as the pool has connections, each
    with one and wanting another, wait for each other until they give up."""
    asking = {"signed", "current_identity", "identity_of_page", "identity_of_run"}
    found = []
    for block in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.With)):
        if not any("_session(" in ast.unparse(item.context_expr) for item in block.items):
            continue
        for call in (node for statement in block.body for node in ast.walk(statement) if isinstance(node, ast.Call)):
            name = ast.unparse(call.func)
            if name in asking or name == "_period" or (name.startswith("gateway.") and name != "gateway.engine"):
                found.append(name)
    return found


@pytest.mark.parametrize("path", sorted(Path(inspect.getfile(gateway)).parent.glob("*.py")), ids=lambda p: p.stem)
def test_nobody_wants_a_second_connection_while_he_has_one(path: Path) -> None:
    assert _second_connections(path.read_text(encoding="utf-8")) == []


def test_check_of_connections_sees_one_inside_the_other() -> None:
    assert _second_connections("with draft_session(gateway.engine()) as s:\n    save(s, current_identity())") == [
        "current_identity"
    ]


def _imported(tree: ast.AST) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add((node.module or "").split(".")[0])
    return modules


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_pages_are_thin(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert _imported(ast.parse(text)) & NOT_IN_PAGES == set()
    assert len(text.splitlines()) < MOST_LINES


def test_check_of_imports_sees_them_inside_functions() -> None:
    assert _imported(ast.parse("def f():\n    from pandas.io import x\n    import numpy as np")) == {"pandas", "numpy"}
