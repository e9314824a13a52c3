"""What import-linter cannot hold: app.py, the shape of tests/, pinned requirements."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PINNED = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(\[[a-z,]+\])?==[0-9][A-Za-z0-9.]*( ?; .+)?$")


def _syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_app_imports_only_ui_and_the_server_stack() -> None:
    ours = {name for name in _imported(_syntax(ROOT / "app.py")) if (ROOT / name.split(".")[0]).exists()}
    assert ours
    assert {name.split(".")[0] for name in ours} == {"ui"}


def test_app_holds_only_the_lifespan_and_the_asgi_object() -> None:
    body = [n for n in _syntax(ROOT / "app.py").body if not isinstance(n, ast.Import | ast.ImportFrom)]
    kinds = [type(node) for node in body]
    assert kinds == [ast.Expr, ast.AsyncFunctionDef, ast.Assign]
    assigned = body[-1]
    assert isinstance(assigned, ast.Assign)
    assert ast.unparse(assigned.targets[0]) == "app"
    assert isinstance(assigned.value, ast.Call)
    assert ast.unparse(assigned.value.func) == "st.App"


def test_the_script_streamlit_runs_has_no_neighbour_that_shadows_a_package() -> None:
    folder = ROOT / "ui" / "script"
    assert {p.name for p in folder.iterdir() if p.name != "__pycache__"} == {"__init__.py", "main.py"}
    assert not (folder / "pages").exists()


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert len(folders) > 2
    assert [str(f.relative_to(ROOT)) for f in sorted(folders) if not (f / "__init__.py").exists()] == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_every_requirement_is_pinned(path: Path) -> None:
    lines = [line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    wanted = [line for line in lines if line and not line.startswith("-r ")]
    assert wanted
    assert [line for line in wanted if not PINNED.match(line)] == []


def test_only_the_scanner_and_the_client_programs_of_postgresql_are_started_and_without_a_shell() -> None:
    packages = ("ui", "pages", "data", "scoring", "criteria", "language", "reports", "assessment")
    files = [ROOT / "app.py", *(p for name in packages for p in (ROOT / name).rglob("*.py"))]
    starting = [f for f in files if "subprocess" in _imported(_syntax(f))]
    assert [f.relative_to(ROOT).as_posix() for f in starting] == ["data/evidence_files.py", "data/postgres_copy.py"]
    calls = [node for file in starting for node in ast.walk(_syntax(file)) if isinstance(node, ast.Call)]
    assert "shell" not in {keyword.arg for call in calls for keyword in call.keywords}
