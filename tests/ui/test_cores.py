"""Which cores a thread works on."""

import os
import threading

import pytest

from ui.cores import keep_to_one, use_all

pytestmark = pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system does not let cores be chosen")


def _in_a_thread(*steps: object) -> list[frozenset[int]]:
    """The cores of a thread after each step."""
    cores: list[frozenset[int]] = []

    def work() -> None:
        for step in steps:
            assert callable(step)
            step()
            cores.append(frozenset(os.sched_getaffinity(0)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return cores


def test_processes_beside_each_other_take_cores_in_turn() -> None:
    everything = sorted(os.sched_getaffinity(0))
    for number in (8501, 8502, 8503):
        (cores,) = _in_a_thread(lambda own=number: keep_to_one(own))
        assert cores == {everything[number % len(everything)]}
    assert os.sched_getaffinity(0) == set(everything)


def test_threads_take_over_the_core_and_long_work_takes_all_of_them() -> None:
    inner: list[list[frozenset[int]]] = []
    begun, first = _in_a_thread(lambda: keep_to_one(0), lambda: inner.append(_in_a_thread(lambda: None, use_all)))
    assert begun == first == inner[0][0]
    assert len(begun) == 1
    assert inner[0][1] == frozenset(os.sched_getaffinity(0))
