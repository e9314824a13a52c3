"""What a run of a page finds out once, and how many pages are drawn at the same time."""

from contextlib import ExitStack, suppress

import pytest

from ui import run
from ui.run import AT_ONCE, once, turn


def _free_turns() -> int:
    """How many more pages could be drawn now."""
    with ExitStack() as taken:
        number = 0
        while run._turns.acquire(blocking=False):
            taken.callback(run._turns.release)
            number += 1
        return number


def test_so_many_pages_are_drawn_at_once() -> None:
    with ExitStack() as others:
        for _page in range(AT_ONCE):
            others.enter_context(turn())
        assert _free_turns() == 0
    assert _free_turns() == AT_ONCE


def test_a_page_that_fails_gives_its_turn_back() -> None:
    for _page in range(AT_ONCE + 1):
        with suppress(ValueError), turn():
            raise ValueError
    assert _free_turns() == AT_ONCE


def test_a_page_that_has_waited_long_is_drawn_and_gives_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "LONGEST_WAIT", 0)
    with ExitStack() as others:
        for _page in range(AT_ONCE):
            others.enter_context(turn())
        with turn():
            pass
        assert _free_turns() == 0


def test_outside_a_run_everything_is_found_out_anew() -> None:
    found = iter(range(2))
    assert [once("test", lambda: next(found)) for _time in range(2)] == [0, 1]
