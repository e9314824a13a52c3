"""The documents keep their word: examples are checked and scored, links lead somewhere, screens and keys are named."""

import importlib
import importlib.util
import inspect
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from openpyxl import load_workbook
from PIL import Image

import criteria.model
from assessment.__main__ import main as import_figures
from criteria.__main__ import main as check_sets
from criteria.loader import Reading, read_text
from criteria.model import Criterion, Value
from language import format_number, natural_key
from reports.labels import DEMONSTRATION_PREFIX, demonstration_label
from reports.wording import state_text
from scoring.__main__ import main as score_files
from scoring.compiled import compile_set
from scoring.csv_files import SCORE_COLUMNS
from scoring.engine import CellState, score
from scoring.grid import converted, in_points, on_grid, rounded
from scoring.inputs import Cell, read_cells
from tests.docs.pictures import SHOTS, WIDTH
from ui.navigation import SCREENS, Screen

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
GUIDE = ROOT / "docs" / "huong-dan.vi.md"
SET_FORM = ROOT / "docs" / "bo-chi-so.vi.md"
DOCUMENTS = (README, *sorted((ROOT / "docs").glob("*.md")))
PICTURES = sorted((ROOT / "docs" / "images").glob("*.png"))
MOST_BYTES = 200_000

FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```\n", re.S | re.M)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^    (\S.*)$", re.M)
MODULE = re.compile(r"^\.venv/bin/python -m (\S+)(.*)$")
CHAPTER = re.compile(r"mục (\d+(?:\.\d+)?)(?: «([^»]+)»)?")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|tmp|home|root|mnt|opt|usr|var|Users)\b|\b[A-Z]:\\|\.\./shared")
OFFICE_PATH = re.compile(r"/(?:opt|var/lib|var/backups)/dti\b|/var/run/postgresql\b|/usr/sbin/nologin\b")
"""Where the files of `ops/` put an installation of an office."""
TABLE = re.compile(r"^\| số liệu \| cách tính \| điểm \|\n\|[-| ]+\|\n((?:\|.*\n)+)", re.M)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, whether it is an example of what is wrong, its file name if any, its text."""

    kind: str
    wrong: bool
    name: str
    text: str
    after: str

    def __str__(self) -> str:
        return self.name or self.text.split("\n", 1)[0]


def _blocks(path: Path) -> Iterator[Block]:
    text = path.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        words = found[2].split()
        wrong = words[:1] == ["sai"]
        yield Block(found[1], wrong, words[-1] if words else "", found[3], text[found.end() :])


BLOCKS = tuple(_blocks(SET_FORM))
SOUND = [b for b in BLOCKS if b.kind == "yaml" and not b.wrong]
WRONG_SETS = [b for b in BLOCKS if b.kind == "yaml" and b.wrong]
CRITERIA = [b for b in SOUND if b.text.startswith("- code:") and "\n  rule:" in b.text]


def _named(name: str) -> str:
    return next(b.text for b in BLOCKS if b.name == name)


def _reading(block: Block) -> Reading:
    """The block as a set: as it is, or put as a criterion or a group into a set that is otherwise empty."""
    if not block.text.startswith("- code:"):
        return read_text(block.text, block.name)
    level = "province" if "rollup:" in block.text else "district"
    head = f"id: khung\nlevel: {level}\nyear: 2025\ngroups:\n"
    group = "  - code: KHUNG\n    name: Khung\n    criteria:\n"
    depth = "      " if block in CRITERIA else "  "
    body = "".join(depth + line for line in block.text.splitlines(keepends=True))
    return read_text(head + (group if block in CRITERIA else "") + body, "khung.yaml")


@pytest.mark.parametrize("block", SOUND, ids=str)
def test_every_example_passes_the_checker(block: Block) -> None:
    reading = _reading(block)
    assert [str(f) for f in (*reading.faults, *reading.remarks)] == []


def test_every_type_of_rule_has_an_example_that_is_scored() -> None:
    types = {c.rule.type for b in CRITERIA if TABLE.match(b.after.lstrip("\n")) for c in _criteria_of(b)}
    annotation = get_args(Criterion.model_fields["rule"].annotation)
    assert types == {get_args(rule.model_fields["type"].annotation)[0] for rule in annotation}


def _criteria_of(block: Block) -> tuple[Criterion, ...]:
    reading = _reading(block)
    assert reading.criteria_set is not None
    return reading.criteria_set.criteria


@pytest.mark.parametrize("block", [b for b in CRITERIA if TABLE.match(b.after.lstrip("\n"))], ids=str)
def test_the_table_below_a_rule_is_what_the_engine_gives(block: Block) -> None:
    table = TABLE.match(block.after.lstrip("\n"))
    criteria_set = _reading(block).criteria_set
    assert table is not None
    assert criteria_set is not None
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]
    code = criteria_set.criteria[0].code
    cells = [
        Cell(str(i), code, *(part.strip() for part in pair.split("=", 1)))
        for i, row in enumerate(rows)
        for pair in row[0].strip("`").split(";")
    ]
    inputs, rejections = read_cells(compile_set(criteria_set), [str(i) for i in range(len(rows))], cells)
    assert [r.message for r in rejections] == []
    assert inputs is not None
    book = score(inputs)
    shown = [
        format_number(float(in_points(points))) if state == CellState.SCORED else state_text(CellState(int(state)))
        for points, state in zip(book.points[:, 0], book.state[:, 0], strict=True)
    ]
    assert [row[2] for row in rows] == shown


@pytest.mark.parametrize("block", WRONG_SETS, ids=str)
def test_the_messages_below_a_wrong_set_are_the_checkers(block: Block) -> None:
    printed = next(b.text for b in BLOCKS if b.kind == "text" and block.after.find(b.text) >= 0)
    assert printed.splitlines() == [str(f) for f in _reading(block).faults]


def test_the_small_set_is_checked_and_scored_as_the_document_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("bo-nho.yaml", "so-lieu.csv", "don-vi.csv"):
        Path(name).write_text(_named(name), encoding="utf-8")
    assert check_sets(["check", "bo-nho.yaml"]) == 0
    assert f"    {capsys.readouterr().out}" in SET_FORM.read_text(encoding="utf-8")
    files = ["--criteria", "bo-nho.yaml", "--inputs", "so-lieu.csv", "--units", "don-vi.csv", "--out", "diem.csv"]
    assert score_files(["score", *files]) == 0
    assert Path("diem.csv").read_text(encoding="utf-8") == _named("diem.csv")


def test_the_small_set_goes_to_excel_and_back_as_the_document_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bo-nho.yaml").write_text(_named("bo-nho.yaml"), encoding="utf-8")
    text = SET_FORM.read_text(encoding="utf-8")
    commands = re.findall(r"-m criteria ((?:export|import|diff|check) \S*bo-nho\.(?:xlsx|yaml).*)$", text, re.M)
    chapter = [c for c in commands if "xlsx" in c or c.startswith("diff")]
    assert [c.split()[0] for c in chapter] == ["export", "check", "import", "diff"]
    assert [check_sets(shlex.split(c)) for c in chapter] == [0, 0, 0, 0]
    assert capsys.readouterr().out.endswith("Hai bộ chỉ số giống nhau.\n")
    book = load_workbook("bo-nho.xlsx")
    place = next(cell.column for cell in book["Chỉ số"][3] if cell.value == "Điểm tối đa")
    book["Chỉ số"].cell(4, place).value = "mười"
    book.save("bo-nho.xlsx")
    assert check_sets(["check", "bo-nho.xlsx"]) == 1
    assert capsys.readouterr().out in text
    changed = _named("bo-nho.yaml").replace('"1.0"', '"1.1"').replace("full_at: 0.6", "full_at: 0.7")
    Path("bo-moi.yaml").write_text(changed, encoding="utf-8")
    assert check_sets(["diff", "bo-nho.yaml", "bo-moi.yaml"]) == 0
    assert capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ") in text


def test_the_messages_below_wrong_inputs_are_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("bo-nho.yaml", "so-lieu-sai.csv"):
        Path(name).write_text(_named(name), encoding="utf-8")
    files = ["--criteria", "bo-nho.yaml", "--inputs", "so-lieu-sai.csv", "--out", "diem.csv"]
    assert score_files(["score", *files]) == 1
    wrong = next(b for b in BLOCKS if b.name == "so-lieu-sai.csv")
    printed = FENCE.match(wrong.after.lstrip("\n"))
    assert printed is not None
    assert printed[3] == capsys.readouterr().err
    assert not Path("diem.csv").exists()


def test_the_import_prints_what_the_guide_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DTI_FOLDER", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    text = GUIDE.read_text(encoding="utf-8")
    command = re.search(r"-m assessment (import so-lieu\.csv .*)$", text, re.M)
    assert command is not None
    for block in (b for b in _blocks(GUIDE) if b.kind == "csv"):
        Path(block.name).write_text(block.text, encoding="utf-8")
        printed = FENCE.match(block.after.lstrip("\n"))
        assert printed is not None
        status = import_figures(shlex.split(command[1].replace("so-lieu.csv", block.name)))
        shown = capsys.readouterr()
        assert (status, shown.err if block.wrong else shown.out) == (int(block.wrong), printed[3])


def _models() -> Iterator[type[Value]]:
    for _name, member in inspect.getmembers(criteria.model, inspect.isclass):
        if issubclass(member, Value) and member is not Value:
            yield member


def _keys() -> set[str]:
    return {info.alias or name for model in _models() for name, info in model.model_fields.items()}


def _words(annotation: Any) -> Iterator[str]:
    """The words of every Literal inside an annotation."""
    for part in get_args(annotation):
        if isinstance(part, str):
            yield part
        else:
            yield from _words(part)


def test_every_key_of_a_criteria_set_is_explained() -> None:
    text = FENCE.sub("", SET_FORM.read_text(encoding="utf-8"))
    coded = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", text))))
    assert _keys() - coded == set()


def test_every_fixed_word_of_a_criteria_set_is_explained() -> None:
    text = SET_FORM.read_text(encoding="utf-8")
    words = {w for m in _models() for info in m.model_fields.values() for w in _words(info.annotation)}
    assert "half_yearly" in words
    assert {word for word in words if not re.search(rf"\b{word}\b", text)} == set()


def test_no_example_uses_a_key_that_the_tables_do_not_explain() -> None:
    known = _keys() | {"x"}
    used = {key for block in SOUND for key in _fixed_keys(yaml.safe_load(block.text), under="")}
    assert used - known == set()


FREE = ("items", "options", "inputs")
"""Keys below which a set names its own things."""


def _fixed_keys(data: object, *, under: str) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            if under not in FREE:
                yield key
            yield from _fixed_keys(value, under=key if under not in FREE else "")
    elif isinstance(data, list):
        for item in data:
            yield from _fixed_keys(item, under="")


def test_the_columns_of_the_scores_are_explained() -> None:
    text = SET_FORM.read_text(encoding="utf-8")
    assert [column for column in SCORE_COLUMNS if f"`{column}`" not in text] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_every_relative_link_leads_to_a_file_and_a_heading(path: Path) -> None:
    targets = [urlsplit(link) for link in LINK.findall(path.read_text(encoding="utf-8"))]
    for target in targets:
        if target.scheme:
            continue
        file = (path.parent / unquote(target.path)).resolve() if target.path else path
        assert file.exists(), target.path
        assert file.is_relative_to(ROOT), target.path
        if target.fragment:
            assert unquote(target.fragment) in set(_anchors(file)), target.geturl()


def _anchors(path: Path) -> Iterator[str]:
    """Anchors of a document's headings, as the usual Markdown viewers make them."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    for heading in re.findall(r"^#+ (.+)$", text, re.M):
        yield re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _headings(path: Path) -> dict[str, str]:
    """Titles of a document's numbered chapters, by number."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return dict(re.findall(r"^##+ (\d+(?:\.\d+)?)\.? (.+)$", text, re.M))


def _chapter(screen: Screen) -> str:
    """The guide's chapter of a screen."""
    found = re.search(
        rf"^## \d+\. Màn hình {screen.title()}\n(.*?)(?=^## |\Z)", GUIDE.read_text(encoding="utf-8"), re.M | re.S
    )
    assert found is not None, screen.title()
    return found[1]


@pytest.mark.parametrize("path", [README, GUIDE], ids=lambda p: p.name)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda s: s.id)
def test_every_screen_is_named_with_its_address(path: Path, screen: Screen) -> None:
    text = path.read_text(encoding="utf-8")
    assert screen.title() in text
    assert f"`/{screen.url_path}`" in text


@pytest.mark.parametrize("screen", SCREENS, ids=lambda s: s.id)
def test_the_guide_has_a_chapter_with_a_picture_for_every_screen(screen: Screen) -> None:
    chapter = _chapter(screen)
    assert f"Địa chỉ `/{screen.url_path}`" in chapter
    assert "](images/" in chapter
    assert "Các bước" in chapter or "1. " in chapter


def test_every_screen_stands_in_the_readme_s_table_and_in_the_guide_s_table_of_files() -> None:
    rows = re.findall(r"^\| (.+?) \(`/([\w-]+)`", README.read_text(encoding="utf-8"), re.M)
    assert rows == [(s.title(), s.url_path) for s in SCREENS]
    files = re.search(r"^\| màn hình \| tệp .*\n\|[-| ]+\|\n((?:\|.*\n)+)", GUIDE.read_text(encoding="utf-8"), re.M)
    assert files is not None
    assert re.findall(r"^\| (.+?) \|", files[1], re.M) == [s.title() for s in SCREENS]


def test_a_chapter_that_is_referred_to_exists() -> None:
    chapters = _headings(GUIDE)
    text = GUIDE.read_text(encoding="utf-8")
    assert {number for number, _title in CHAPTER.findall(text)} - set(chapters) == set()


def test_messages_refer_to_chapters_of_the_guide_by_their_number_and_name() -> None:
    chapters = _headings(GUIDE)
    folders = ("pages", "ui", "reports", "assessment", "data")
    sources = [path.read_text(encoding="utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py")]
    named = [found for text in sources for found in CHAPTER.findall(text) if found[1]]
    assert ("16", "Số liệu của cơ quan") in named
    assert [(number, title) for number, title in named if chapters.get(number) != title] == []


def _commands(path: Path) -> Iterator[str]:
    """Commands of a document: indented lines, without what is optional being marked so, and without remarks."""
    for line in CODE.findall(FENCE.sub("", path.read_text(encoding="utf-8"))):
        yield re.sub(r"[\[\]]", "", line.split("  #")[0]).strip()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_every_command_of_a_document_exists(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    modules = [found.groups() for command in _commands(path) if (found := MODULE.match(command))]
    for module, words in modules:
        if module.startswith("tests."):
            assert importlib.util.find_spec(module) is not None, module
            continue
        arguments = shlex.split(words)
        named = list(takewhile(lambda word: not word.startswith("--"), arguments))
        with pytest.raises(SystemExit) as left:
            importlib.import_module(f"{module}.__main__").main([*named, "--help"])
        said = capsys.readouterr().out
        assert left.value.code == 0, (module, arguments[0])
        assert [a for a in arguments if a.startswith("--") and a not in said] == [], (module, arguments)


def test_every_make_target_of_the_readme_exists() -> None:
    rules = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    named = re.findall(r"\bmake ([a-z]+)", README.read_text(encoding="utf-8"))
    assert {"run", "test", "check", "bench"} <= set(named) <= set(rules)


@pytest.mark.parametrize("path", [README, GUIDE], ids=lambda p: p.name)
def test_the_three_commands_for_windows_name_files_that_are_there(path: Path) -> None:
    commands = [command for command in _commands(path) if command.startswith((r".venv\Scripts", "py "))]
    assert [command.split()[0] for command in commands] == ["py", r".venv\Scripts\pip", r".venv\Scripts\streamlit"]
    assert [(ROOT / command.split()[-1]).exists() for command in commands[1:]] == [True, True]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_no_document_names_a_path_of_one_machine(path: Path) -> None:
    assert MACHINE_PATH.findall(OFFICE_PATH.sub("", path.read_text(encoding="utf-8"))) == []


def test_every_picture_can_be_taken_again_is_small_and_shown_somewhere() -> None:
    assert {p.stem for p in PICTURES} == {shot.name for shot in SHOTS}
    assert {p.name: p.stat().st_size for p in PICTURES if p.stat().st_size > MOST_BYTES} == {}
    shown = {Path(link).name for path in DOCUMENTS for link in LINK.findall(path.read_text(encoding="utf-8"))}
    assert {p.name for p in PICTURES} - shown == set()


@pytest.mark.parametrize("shot", [s for s in SHOTS if not s.alone], ids=lambda s: s.name)
def test_a_picture_shows_as_much_of_the_screen_as_is_asked_for(shot: Any) -> None:
    with Image.open(ROOT / "docs" / "images" / f"{shot.name}.png") as picture:
        assert picture.size == (WIDTH, shot.height)


def test_the_guide_says_how_demonstration_data_are_marked() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert demonstration_label() in text
    assert DEMONSTRATION_PREFIX in text
    assert all(state_text(state) in text for state in CellState)


@pytest.mark.parametrize("path", [GUIDE, SET_FORM], ids=lambda p: p.name)
def test_the_conversion_example_is_what_the_engine_gives(path: Path) -> None:
    points, most, scale = (on_grid(x) for x in (42.63, 48, 50))
    steps = converted(points, most, scale)
    text = path.read_text(encoding="utf-8")
    for value in (42.63, 48, 50, float(in_points(steps)), float(in_points(rounded(steps, 2)))):
        assert format_number(value) in text


def test_chapters_stand_in_order() -> None:
    for path in (GUIDE, SET_FORM):
        headings = re.findall(r"^##+ ([\d.]+)\.? ", FENCE.sub("", path.read_text(encoding="utf-8")), re.M)
        assert headings == sorted(headings, key=natural_key)
        assert len(headings) == len(set(headings))
