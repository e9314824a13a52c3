"""What a run of a page finds out once, and that pages are drawn one after the other."""

import threading
from contextlib import ExitStack, suppress

import pytest

from ui import run
from ui.run import Turns, once

LONG = 60
"""Seconds: nobody gives up a turn, or waits in vain, for so long."""


def _drawn_apart(turns: Turns, number: int, drawn: list[int]) -> threading.Thread:
    """A page that another thread draws; its place in the queue is taken when this returns."""

    def draw() -> None:
        with turns.turn():
            drawn.append(number)

    thread = threading.Thread(target=draw)
    thread.start()
    while number > len(turns._waiting):
        assert thread.is_alive()
    return thread


def test_pages_are_drawn_one_after_the_other_in_the_order_in_which_they_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "LONGEST_TURN", LONG)
    turns, drawn = Turns(), list[int]()
    with turns.turn():
        pages = [_drawn_apart(turns, number, drawn) for number in (1, 2, 3)]
        assert drawn == []
    for page in pages:
        page.join(LONG)
    assert drawn == [1, 2, 3]


def test_a_page_that_fails_gives_its_turn_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "LONGEST_TURN", LONG)
    turns, drawn = Turns(), list[int]()
    with suppress(ValueError), turns.turn():
        raise ValueError
    with turns.turn():
        drawn.append(1)
    assert drawn == [1]


def test_a_page_that_takes_long_keeps_nobody_waiting_and_takes_no_turn_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "LONGEST_TURN", 0)
    turns, drawn = Turns(), list[int]()
    with ExitStack() as long:
        long.enter_context(turns.turn())
        with turns.turn():
            drawn.append(1)
            # The long one ends while another is being drawn: the next still waits for that other.
            monkeypatch.setattr(run, "LONGEST_TURN", LONG)
            long.close()
            after = _drawn_apart(turns, 1, drawn)
            assert drawn == [1]
    after.join(LONG)
    assert drawn == [1, 1]


def test_outside_a_run_everything_is_found_out_anew() -> None:
    found = iter(range(2))
    assert [once("test", lambda: next(found)) for _time in range(2)] == [0, 1]
