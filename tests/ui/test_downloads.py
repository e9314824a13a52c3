"""Which sessions a file that a page made is given to."""

from ui.downloads import Asked


def test_a_file_is_known_to_the_sessions_that_asked_for_it() -> None:
    asked = Asked(most=9)
    asked.note(b"mot", 1)
    asked.note(b"mot", 2)
    asked.note(b"hai", 2)
    asked.note(b"hai", None)
    assert [(asked.knows(b"mot", n), asked.knows(b"hai", n)) for n in (1, 2, 3)] == [
        (True, False),
        (True, True),
        (False, False),
    ]


def test_of_too_many_the_one_asked_for_longest_ago_is_forgotten() -> None:
    asked = Asked(most=2)
    for content in (b"mot", b"hai", b"mot", b"ba"):
        asked.note(content, 1)
    assert [asked.knows(content, 1) for content in (b"mot", b"hai", b"ba")] == [True, False, True]
