"""A process that saves is killed at random moments: every acknowledged save is there, and none by half."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from data.database import make_engine, read_session
from data.evidence_files import content_hash, evidence_files
from data.models import AuditChange, AuditEntry, Draft, Evidence, EvidenceFile, Input, Submission
from data.settings import PROJECT_ROOT, Settings
from tests.data.databases import Databases
from tests.faults.saves import FROM_SYSTEM, SENDS, TYPED, TYPES, small_office

LONGEST_WAIT = 8
"""From the first save to the kill, at most, in times of what a save takes."""
FAIR_SHARE = 0.2
"""At least so many of the kills hit in the middle of a save, and so many between two."""
STATES = {"hand_to_head": "awaiting_head", "send_report": "sent", "return_report": "returned"}
UNITS = 8
"""Districts of the province."""


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, templates: Path
) -> Iterator[Settings]:
    """A database of the product's own kind, with a small office in it."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgresql" else ""
    databases = Databases(server, lambda: tmp_path_factory.mktemp("kills"), templates)
    yield databases.copy_of(small_office)
    databases.discard()


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """The process that forks those that save."""
    variables = os.environ | {"DTI_FOLDER": str(settings.dti_folder), "DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "tests.faults.worker"]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(30) == 0


def run(process: subprocess.Popen[str], trial: dict[str, Any]) -> tuple[list[list[Any]], list[list[Any]]]:
    """What a trial has begun, and what it has acknowledged."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(trial) + "\n")
    process.stdin.flush()
    found = json.loads(process.stdout.readline())
    return found["begun"], found["done"]


class Stored:
    """What is in the database after a kill, and what its log says must be there."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._files = evidence_files(settings)
        with read_session(engine) as session:
            if engine.dialect.name == "sqlite":
                assert session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
            self.entries = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
            self.lines: dict[int, list[AuditChange]] = {}
            for line in session.scalars(select(AuditChange)):
                self.lines.setdefault(line.entry_id, []).append(line)
            self.drafts = list(session.scalars(select(Draft)))
            self.inputs = list(session.scalars(select(Input)))
            self.submission = session.scalar(select(Submission).where(Submission.unit_code == SENDS))
            self.evidence = list(session.scalars(select(Evidence)))
            self.files = {row.sha256: row.size for row in session.scalars(select(EvidenceFile))}

    def last(self, unit: str | None, *deeds: str) -> AuditEntry | None:
        """The newest entry of the log about one of these deeds."""
        own = [e for e in self.entries if e.action in deeds and (unit is None or e.unit_code == unit)]
        return own[-1] if own else None

    def number(self, entry: AuditEntry | None) -> str | None:
        """The number of the save that an entry is about."""
        if entry is None or entry.action in ("send_report", "return_report"):
            return None if entry is None else entry.subject or entry.reason
        return self.lines[entry.id][0].after

    def numbers(self) -> set[tuple[str, str]]:
        """Kind and number of every save that is in the log, as the saving process calls them."""
        kinds = {
            "type_figures": "type {}", "send_report": "send", "return_report": "return", "import_system_figures": "figures"
        }  # fmt: skip
        found = {(kinds[e.action].format(e.unit_code), self.number(e) or "") for e in self.entries if e.action in kinds}
        return found | {("evidence", row.number) for row in self.evidence}

    def assert_whole(self) -> None:
        """No save is there by half."""
        assert all(e.lines == len(self.lines.get(e.id, [])) for e in self.entries)
        self._assert_drafts(TYPES, self.last(TYPES, "type_figures"))
        newest = self.last(SENDS, "type_figures", "send_report")
        self._assert_drafts(SENDS, newest if newest is not None and newest.action == "type_figures" else None)
        send = self.last(SENDS, "send_report")
        sent = self.number(send)
        typed = [
            e for e in self.entries if e.action == "type_figures" and e.unit_code == SENDS and send and e.id < send.id
        ]
        assert self._inputs(TYPED, SENDS) == [float(self.number(e) or "") for e in typed[-1:] for _code in TYPED]
        moved = self.last(SENDS, *STATES)
        if moved is None:
            assert self.submission is None
        else:
            assert self.submission is not None
            assert self.submission.state == STATES[moved.action]
            assert self.submission.report_number == sent
        figures = self.number(self.last(None, "import_system_figures"))
        assert self._inputs((FROM_SYSTEM,)) == ([] if figures is None else [float(figures)] * UNITS)

    def _assert_drafts(self, unit: str, entry: AuditEntry | None) -> None:
        typed = sorted(row.value or "" for row in self.drafts if row.unit_code == unit)
        if entry is None:
            assert typed == []
            return
        assert len(self.lines[entry.id]) == len(TYPED)
        assert typed == [self.number(entry)] * len(TYPED)

    def _inputs(self, criteria: tuple[str, ...], unit: str | None = None) -> list[float]:
        return [r.number or 0 for r in self.inputs if r.criterion in criteria and unit in (None, r.unit_code)]

    def assert_files_whole(self) -> None:
        """Every document has its entry in the log and its whole file."""
        noted = sorted(e.subject for e in self.entries if e.action == "add_evidence")
        assert noted == sorted(f"tài liệu số {row.id}" for row in self.evidence)
        for row in self.evidence:
            assert row.sha256 is not None
            content = self._files.path(row.sha256).read_bytes()
            assert (content_hash(content), len(content)) == (row.sha256, self.files[row.sha256])
        assert set(self.files) == {row.sha256 for row in self.evidence}


def test_no_acknowledged_save_is_lost_and_none_is_there_by_half(settings: Settings) -> None:
    seed = random.SystemRandom().randrange(2**32)
    sys.stdout.write(f"seed {seed}\n")
    chance, on_server = random.Random(seed), bool(settings.database_url)
    trials = 24 if on_server else 200
    engine = make_engine(settings.url)
    acknowledged: list[tuple[int, str]] = []
    within: list[str] = []
    with worker(settings) as process:
        for turn in range(trials):
            backend = on_server and turn % 2 == 0
            wait = chance.uniform(0, LONGEST_WAIT)
            trial = {"seed": chance.randrange(2**32), "first": 1000 * (turn + 1), "wait": wait, "backend": backend}
            begun, done = run(process, trial)
            acknowledged += [(number, kind) for number, kind in done]
            within += [kind for number, kind in begun if [number, kind] not in done]
            there = Stored(engine, settings)
            there.assert_whole()
            # Handing over leaves no number; its entry is what the state of the report is held against.
            lost = {(kind, str(number)) for number, kind in acknowledged if kind != "hand"} - there.numbers()
            assert lost == set()
            assert sum(e.action == "hand_to_head" for e in there.entries) >= sum(k == "hand" for _n, k in acknowledged)
    there.assert_files_whole()
    engine.dispose()
    sys.stdout.write(
        f"{len(acknowledged)} saves acknowledged; {len(within)} of {trials} kills within a save: {dict(Counter(within))}\n"
    )
    assert len(acknowledged) >= trials // 2
    if on_server:
        assert 0 < len(within) < trials
    else:
        assert FAIR_SHARE * trials <= len(within) <= (1 - FAIR_SHARE) * trials
        assert {"type 747", "evidence", "send", "figures"} <= set(within)
