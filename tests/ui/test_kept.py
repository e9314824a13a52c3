"""What was worked out is kept: bounded, by what was asked, worked out once at a time."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest

from ui.kept import forget_all, kept


def noted(most: int) -> tuple[Callable[[int], int], list[int]]:
    """A function that doubles, kept for so many questions, and what it has worked out, in order."""
    asked: list[int] = []

    @kept(most)
    def doubled(number: int) -> int:
        asked.append(number)
        return 2 * number

    return doubled, asked


def test_what_was_asked_before_is_not_worked_out_again() -> None:
    doubled, asked = noted(8)
    assert [doubled(3), doubled(4), doubled(3)] == [6, 8, 6]
    assert asked == [3, 4]


def test_only_the_questions_asked_last_are_kept() -> None:
    doubled, asked = noted(2)
    for number in (1, 2, 1, 3, 1, 2):
        doubled(number)
    # 3 takes the room of 2, which was asked longer ago than 1.
    assert asked == [1, 2, 3, 2]


def test_what_begins_with_an_underscore_is_no_part_of_the_question() -> None:
    @kept(4)
    def second(number: int, _found: list[str]) -> str:
        return _found[1]

    assert second(1, ["a", "b"]) == "b"
    assert second(1, ["c", "d"]) == "b"
    assert second(2, ["c", "d"]) == "d"


def test_a_question_that_failed_is_asked_again() -> None:
    asked: list[int] = []

    @kept(4)
    def risky(number: int) -> int:
        asked.append(number)
        if len(asked) == 1:
            raise LookupError("not there yet")
        return number

    with pytest.raises(LookupError):
        risky(7)
    assert risky(7) == 7
    assert asked == [7, 7]


def test_what_several_ask_at_once_is_worked_out_once() -> None:
    asked: list[int] = []
    found: list[int] = []
    together, working = Barrier(4), Barrier(2)

    @kept(4)
    def slow(number: int) -> int:
        asked.append(number)
        working.wait(10)
        return number

    def ask() -> None:
        together.wait(10)
        found.append(slow(5))

    askers = [Thread(target=ask) for _asker in range(3)]
    for asker in askers:
        asker.start()
    together.wait(10)
    working.wait(10)
    for asker in askers:
        asker.join(10)
    assert found == [5, 5, 5]
    assert asked == [5]


def test_everything_can_be_forgotten() -> None:
    doubled, asked = noted(4)
    doubled(1)
    forget_all()
    doubled(1)
    assert asked == [1, 1]
