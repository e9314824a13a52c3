"""docs/outlook.md holds the numbers of a real run, and its words follow from them."""

from dataclasses import replace
from pathlib import Path

import pytest

from scoring.outlook.assumptions import STATED
from scoring.outlook.backtest import BackTest, Range, back_test
from scoring.outlook.document import assumption_rows, back_test_section, growth_table, verdict
from tests.scoring.outlook.facts import published_history

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "outlook.md"
BEGIN, END = "<!-- kiem-dinh:dau -->\n", "<!-- kiem-dinh:cuoi -->\n"
DRAWS, SEED = 100_000, 1


@pytest.fixture(scope="module")
def result() -> BackTest:
    return back_test(published_history(), DRAWS, SEED)


def test_the_document_holds_the_numbers_of_a_real_run(result: BackTest) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    section = text.partition(BEGIN)[2].partition(END)[0]
    assert section.strip() == back_test_section(result).strip()


def test_the_document_holds_the_growth_of_every_base_year() -> None:
    table = growth_table(published_history(), STATED)
    assert "| 2023 | +0,0988; +0,1777; +0,0992 | +0,0751 |" in table
    assert table in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("advantage", "words"),
    [(Range(0.01, 0.02), "tốt hơn"), (Range(-0.02, -0.01), "KÉM HƠN"), (Range(-0.01, 0.02), "chưa kết luận được")],
)
def test_the_verdict_says_plainly_what_the_numbers_say(result: BackTest, advantage: Range, words: str) -> None:
    test = result.tests[1]
    changed = replace(test.comparisons["frozen"], advantage=advantage)
    assert words in verdict(replace(test, comparisons={**test.comparisons, "frozen": changed}), "frozen")
    with pytest.raises(ValueError, match="not compared with itself"):
        verdict(test, "model")


def test_selected_outcomes_are_said_to_be_selected(result: BackTest) -> None:
    section = back_test_section(result)
    first, second = section.split("### ")[1:]
    assert "chọn lọc" not in first
    assert "chọn lọc" in second


def test_every_assumption_is_shown() -> None:
    assert len(list(assumption_rows(STATED))) == len(STATED.__dataclass_fields__)
