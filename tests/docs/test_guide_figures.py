"""Figures that the guide names are what the application shows: the forecast of doing nothing, and a receipt."""

import re

import pytest
from sqlalchemy import Engine

from assessment.ranking import ranking
from assessment.rivals import outlook_question, rival_field, stored_history
from assessment.scorecard import scorecard
from assessment.snapshots import level_snapshot
from data.database import read_session
from data.reference.national import our_name
from data.repositories import periods
from language import format_number, format_percent, format_signed
from reports.scenarios import PACES, chance_text, interval_text, pace_name, ranks_text
from reports.wording import change_in_full, step_in_words
from scoring.grid import in_points
from scoring.outlook import History, Outlook, forecast
from tests.docs.test_documents import GUIDE
from ui.gateway_outlook import DRAWS, SEED

TEXT = GUIDE.read_text(encoding="utf-8")
BASE_YEAR = 2023


@pytest.fixture(scope="module")
def history(started: Engine) -> History:
    """The national results that come with the application."""
    with read_session(started) as session:
        return stored_history(session)


def _row(pace: str, still: Outlook) -> list[str]:
    chance, span = chance_text(still.chance), interval_text(still)
    middle, needed = str(still.rank_quantile(0.5)), format_number(still.needed[0.5], 4)
    return [pace, chance, span, middle, ranks_text(still), needed]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_table_of_doing_nothing_is_what_the_scenario_screen_shows(history: History) -> None:
    table = re.search(r"^\| Các tỉnh khác \| .*\n\|[-| ]+\|\n((?:\|.*\n)+)", TEXT, re.M)
    assert table is not None
    found = [
        _row(pace_name(code), rival_field(outlook_question(history, BASE_YEAR, pace), DRAWS, SEED).standing_still)
        for code, pace in PACES.items()
    ]
    assert [_cells(line) for line in table[1].splitlines()] == [
        [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in found
    ]


def test_the_chance_when_everybody_moves_alike_is_what_the_command_gives(history: History) -> None:
    drawn = forecast(outlook_question(history, BASE_YEAR), DRAWS, SEED)
    chance = chance_text(float(drawn.chance()[history.index(our_name())])).replace("\N{NO-BREAK SPACE}", " ")
    said = re.search(r"cùng quy luật với mọi tỉnh\s+thì\s+khả năng\s+ở trong nhóm 15 năm 2024 khoảng (\d+ %)", TEXT)
    assert said is not None
    assert said[1] == chance


def test_the_receipt_in_the_guide_is_that_of_the_demonstration(started: Engine) -> None:
    with read_session(started) as session:
        period = next(p for p in periods(session) if p.year == 2024)
        snapshot = level_snapshot(session, period, "district", 12)
    card = scorecard(ranking(snapshot, snapshot.lists[0].code), "752")
    receipt = next(r for r in card.receipts if r.criterion.code == "XH.3")
    full = receipt.steps.full
    assert full is not None
    assert full.changes[0].amount is not None
    assert receipt.terms[0].ratio is not None
    said = (
        f"{receipt.criterion.code} {receipt.criterion.name}",
        change_in_full(receipt.criterion, full.changes[0]).partition(": ")[2],
        format_signed(float(in_points(full.total_gain)), 2),
        step_in_words(receipt.criterion, receipt.steps.smallest),
        f"thêm {format_number(full.changes[0].amount)} người",
        format_percent(receipt.terms[0].ratio, 2),
        format_number(receipt.points, 3),
    )
    text = " ".join(TEXT.split())
    assert [words for words in said if words.replace("\N{NO-BREAK SPACE}", " ") not in text] == []
