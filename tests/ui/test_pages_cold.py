"""Each page file by itself, as if somebody had reached it without the script that should run before it."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assessment.permissions import Identity
from tests.ui.pages import sound, who_opens
from ui.frame import demonstration_label
from ui.navigation import SCREENS, screen

PAGES = Path(__file__).resolve().parents[2] / "pages"
ONLY_PUBLISHED = {"national", "accounts", "own_account", "audit", "evidence", "publications"}
"""Screens on which no figure is invented: what they show is published with its source, or is about accounts, deeds or
papers."""
FILES = sorted(p for p in PAGES.glob("*.py") if p.name != "__init__.py")


def _first_statement(path: Path) -> ast.stmt:
    """The first statement after the docstring and the imports."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    if ast.get_docstring(ast.Module(body=body, type_ignores=[])) is not None:
        body = body[1:]
    return next(node for node in body if not isinstance(node, ast.Import | ast.ImportFrom))


def _guarded_id(path: Path) -> str | None:
    """The id a page guards itself with in its first statement; None when it does something else first."""
    statement = _first_statement(path)
    call = statement.value if isinstance(statement, ast.Expr | ast.Assign) else None
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "guard" or len(call.args) != 1:
        return None
    return ast.literal_eval(call.args[0])


def test_registered_pages_and_page_files_are_the_same() -> None:
    assert [s.path for s in sorted(SCREENS, key=lambda s: s.file)] == FILES


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_page_guards_itself_first(path: Path) -> None:
    page_id = _guarded_id(path)
    assert page_id is not None
    registered = screen(page_id)
    assert registered is not None
    assert registered.path == path


def test_guard_check_sees_a_page_that_draws_first(tmp_path: Path) -> None:
    careless = tmp_path / "careless.py"
    careless.write_text(
        '"""Page."""\n\nimport streamlit as st\nfrom ui.guard import guard\n\nst.write("x")\nguard("ranking")\n'
    )
    assert _guarded_id(careless) is None


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_page_runs_cold(looking: Callable[[Identity], None], path: Path) -> None:
    looking(who_opens(path))
    page = sound(AppTest.from_file(str(path), default_timeout=60).run())
    assert len(page.title) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_page_says_that_its_figures_are_demonstration(looking: Callable[[Identity], None], path: Path) -> None:
    looking(who_opens(path))
    page = AppTest.from_file(str(path), default_timeout=60).run()
    said = demonstration_label() in " ".join(w.value for w in page.warning)
    assert said is (path.stem not in ONLY_PUBLISHED)
