"""Long work: done once for a key, told how far it is, stopped at its next report, begun anew after a failure."""

import logging
from collections.abc import Callable
from threading import Event

import pytest

from ui.jobs import MOST_KEPT, Job, Jobs

SECONDS = 20.0
"""Only a work that hangs takes so long."""


def _two_steps(go_on: Event) -> tuple[list[float], Callable[[Job[str]], None]]:
    told: list[float] = []

    def work(job: Job[str]) -> None:
        job.report(0.5, "half")
        told.append(0.5)
        go_on.wait(SECONDS)
        job.report(1.0, "whole")
        told.append(1.0)

    return told, work


def test_the_first_result_can_be_read_while_the_rest_is_being_worked_out() -> None:
    jobs, go_on = Jobs[str]("test"), Event()
    _told, work = _two_steps(go_on)
    job = jobs.ask("key", work)
    assert job.wait(SECONDS)
    assert (job.result, job.done, job.finished) == ("half", 0.5, False)
    go_on.set()
    assert job.wait(SECONDS, whole=True)
    assert (job.result, job.done, job.failed) == ("whole", 1.0, False)


def test_asked_twice_the_work_is_done_once_and_other_keys_have_their_own() -> None:
    jobs, go_on = Jobs[str]("test"), Event()
    go_on.set()
    told, work = _two_steps(go_on)
    assert jobs.find("key") is None
    first, second = jobs.ask("key", work), jobs.ask("key", work)
    assert first is second is jobs.find("key")
    assert jobs.ask("other", work) is not first
    for job in (first, jobs.ask("other", work)):
        assert job.wait(SECONDS, whole=True)
    assert sorted(told) == [0.5, 0.5, 1.0, 1.0]


def test_a_stopped_work_ends_at_its_next_report_and_begins_again_only_when_asked_anew() -> None:
    jobs, go_on = Jobs[str]("test"), Event()
    told, work = _two_steps(go_on)
    job = jobs.ask("key", work)
    assert job.wait(SECONDS)
    job.cancel()
    go_on.set()
    assert job.wait(SECONDS, whole=True)
    assert told == [0.5]
    assert not job.failed
    assert jobs.ask("key", work) is job
    again = jobs.ask("key", work, anew=True)
    assert again is not job
    assert again.wait(SECONDS, whole=True)
    assert again.result == "whole"


def test_a_failure_is_logged_and_stays_until_asked_anew(caplog: pytest.LogCaptureFixture) -> None:
    jobs = Jobs[str]("test")

    def fails(job: Job[str]) -> None:
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR):
        job = jobs.ask("key", fails)
        assert job.wait(SECONDS, whole=True)
    assert job.failed
    assert job.result is None
    assert "work of test failed" in caplog.text
    assert jobs.ask("key", fails) is job
    assert jobs.ask("key", lambda job: job.report(1.0, "well"), anew=True).wait(SECONDS, whole=True)
    found = jobs.find("key")
    assert found is not None
    assert found.result == "well"


def test_only_the_latest_are_kept_and_a_forgotten_one_is_stopped() -> None:
    jobs, go_on = Jobs[str]("test"), Event()
    _told, work = _two_steps(go_on)
    oldest = jobs.ask(0, work)
    assert oldest.wait(SECONDS)
    others = [jobs.ask(number, lambda job: job.report(1.0, "well")) for number in range(1, MOST_KEPT + 1)]
    assert jobs.find(0) is None
    assert oldest.cancelled
    go_on.set()
    for job in (oldest, *others):
        assert job.wait(SECONDS, whole=True)
    assert oldest.result == "whole"
