"""Forks a process that saves, and kills it at a random moment: `python -m tests.faults.worker`, one trial per line.

A line of standard input is a JSON object: seed; first, the number of the first save, from 1000; wait, from the first save
to the kill, in times of what a save takes here; backend, whether PostgreSQL ends the connection first. A line of standard
output answers it: what was begun and what was acknowledged, in their order. The application is imported once, before the
first trial.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from typing import Any

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from data.database import make_engine, read_session
from data.settings import Settings
from tests.faults.saves import Office, numbered

FIRST_SAVES = 24
LONGEST_PAUSE = 2
"""Between two saves, at most, in times of what the save before took, so that kills hit between saves as well.

Of that save, not of saves before the first trial: on a machine that is busy now and then, the shares would follow it.
"""


def _save_on(engine: Engine, office: Office, trial: dict[str, Any], out: int) -> None:
    """Saves until it is killed; says through the pipe what it begins and, once it is committed, what is done."""
    chance = random.Random(trial["seed"])
    if trial["backend"]:
        with read_session(engine) as session:
            os.write(out, f"backend {session.execute(text('SELECT pg_backend_pid()')).scalar()}\n".encode())
    for number in numbered(trial["first"]):
        kind, save = office.save(number, chance)
        os.write(out, f"begun {number} {kind}\n".encode())
        begin = time.perf_counter()
        save()
        took = time.perf_counter() - begin
        os.write(out, f"done {number} {kind}\n".encode())
        time.sleep(chance.uniform(0, LONGEST_PAUSE) * took)


def _run(engine: Engine, office: Office, trial: dict[str, Any]) -> dict[str, list[tuple[int, str]]]:
    own, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(own)
        status = 1
        try:
            _save_on(engine, office, trial, theirs)
        except OperationalError:
            # The connection was ended in the middle: what somebody who wanted to save would be told.
            status = 0 if trial["backend"] else 1
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(theirs)
    said, backend, killed = b"", "", False
    while chunk := os.read(own, 65536):
        said += chunk
        if killed or b"begun" not in said:
            continue
        backend = said.split()[1].decode() if trial["backend"] else ""
        time.sleep(trial["wait"] * trial["pace"])
        if backend:
            with psycopg.connect(engine.url.set(drivername="postgresql").render_as_string(False)) as connection:
                connection.execute(f"SELECT pg_terminate_backend({int(backend)})".encode())
            # Ended between two saves, the connection is made anew and saving goes on.
            time.sleep(LONGEST_PAUSE * trial["pace"])
        os.kill(child, signal.SIGKILL)
        killed = True
    os.close(own)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended == -signal.SIGKILL or (backend and ended == 0), f"the saving process ended by itself: {ended}"
    found: dict[str, list[tuple[int, str]]] = {"begun": [], "done": []}
    for line in said.decode().splitlines():
        word, number, *kind = line.split()
        if word in found:
            found[word].append((int(number), " ".join(kind)))
    return found


def main() -> None:
    """Runs a trial for every line until there are no more."""
    settings = Settings()
    engine = make_engine(settings.url)
    office, chance = Office(settings, engine), random.Random(0)
    # Statements that were put together once need not be put together in every trial.
    for number in range(FIRST_SAVES):
        office.save(number, chance)[1]()
    begin = time.perf_counter()
    for number in range(FIRST_SAVES, 2 * FIRST_SAVES):
        office.save(number, chance)[1]()
    pace = (time.perf_counter() - begin) / FIRST_SAVES
    # No connection may be shared between processes; what the engine has learned may.
    engine.dispose()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_run(engine, office, {"pace": pace, **json.loads(line)})) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
