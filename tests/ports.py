"""Ports of the servers that tests start."""

import os
import socket


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_of_process(number: int) -> int:
    """A port that nobody uses, at which a process draws pages on another core than the one with the next number.

    The kernel gives odd ports alone: on two cores all processes would draw on the same one (`ui/cores.py`).
    """
    cores = len(os.sched_getaffinity(0))
    while True:
        port = free_port()
        port += (number - port) % cores
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
