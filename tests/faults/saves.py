"""Saves through the real use cases, each with a number of its own in every row that it writes."""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy import Engine

from assessment.drafts import Change, drafts, save_drafts
from assessment.evidence import NewEvidence, Upload, add_evidence, add_signed_report, received
from assessment.sending import SignedReport, approve_and_send, hand_to_head, return_report
from assessment.submissions import ReportPlace, submission
from assessment.system_figures import figure_difference, read_typed, store_figures
from data.database import draft_session, read_session, write_session
from data.evidence_files import EvidenceFiles, evidence_files
from data.models import PeriodState
from data.settings import Settings
from tests.assessment.reporting import NOW, OFFICE, clerk, head, open_office, place_of, snapshot_of

TYPED = tuple(f"SL.{i}" for i in range(1, 9))
"""Criteria whose numbers the units type."""
FROM_SYSTEM = "HT.1"
"""Criterion whose number comes from a source system, for every unit at once."""
SET = (
    """
id: su-co-2024
level: district
year: 2024
version: "1.0"
scale: 100
groups:
  - code: SL
    name: Số liệu của đơn vị
    criteria:
"""
    + "".join(
        f"      - {{code: {code}, name: Số liệu {code}, max_points: 10, rule: {{type: count, full_at: 9000000}}}}\n"
        for code in TYPED
    )
    + f"""  - code: HT
    name: Số liệu hệ thống
    criteria:
      - {{code: {FROM_SYSTEM}, name: Số liệu hệ thống, max_points: 20, rule: {{type: count, full_at: 9000000}}}}
"""
)
TYPES, SENDS = "747", "748"
"""The unit that types and puts evidence in, and the one whose report goes to and fro."""
Save = Callable[[], object]


def small_office(settings: Settings) -> Engine:
    """An office whose districts report eight numbers, and a ninth that comes from a source system."""
    return open_office(settings, SET, b"unit,criterion,input,value\n747,SL.1,value,1\n")


class Office:
    """An office that saves. files: where the evidence lies."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._engine = engine
        self._files: EvidenceFiles = evidence_files(settings)
        self._typing, self._sending = place_of(engine, TYPES), place_of(engine, SENDS)
        self._kinds = (partial(self._type, self._typing), self._put_in, self._send_on, self._take_from_system)

    def save(self, number: int, chance: random.Random) -> tuple[str, Save]:
        """A kind of save, drawn by chance, and the save itself, which is still to be done."""
        return chance.choice(self._kinds)(number)

    def _type(self, place: ReportPlace, number: int) -> tuple[str, Save]:
        snapshot = snapshot_of(self._engine)

        def save() -> None:
            with draft_session(self._engine) as session:
                there = drafts(session, clerk(place), place)
                changes = [
                    Change(e.code, str(number), there[e.code].version if e.code in there else 0)
                    for code in TYPED
                    for e in snapshot.entries.of_criterion(code)
                ]
                save_drafts(session, clerk(place), place, snapshot.entries, changes, _moment(number))

        return f"type {place.unit.code}", save

    def _paper(self, number: int) -> Upload:
        # Between one kilobyte and half a megabyte, no two alike.
        return Upload(f"{number}.pdf", b"%PDF-1.7\n" + random.Random(number).randbytes(1024 << number % 10))

    def _put_in(self, number: int) -> tuple[str, Save]:
        def save() -> None:
            with (
                received(self._files, self._paper(number)) as file,
                draft_session(self._engine) as session,
            ):
                unit = self._typing.unit
                add_evidence(session, self._files, clerk(self._typing), unit, _said(number), file, _moment(number))

        return "evidence", save

    def _send_on(self, number: int) -> tuple[str, Save]:
        """The next step of a report: typed, handed to the head, sent, given back."""
        place, snapshot = self._sending, snapshot_of(self._engine)
        with read_session(self._engine) as session:
            record, typed = submission(session, place), drafts(session, clerk(place), place)
        seen = record.version

        def hand() -> None:
            with write_session(self._engine) as session:
                hand_to_head(session, clerk(place), place, snapshot, seen, _moment(number))

        def send() -> None:
            with received(self._files, self._paper(number)) as file, write_session(self._engine) as session:
                proof = add_signed_report(
                    session, self._files, head(place), place.unit, _said(number), file, _moment(number)
                )
                report = SignedReport(str(number), NOW.date(), proof)
                approve_and_send(session, head(place), place, snapshot, report, seen, _moment(number))

        def give_back() -> None:
            with write_session(self._engine) as session:
                return_report(session, OFFICE, place, str(number), 5, seen, _moment(number))

        if record.state == PeriodState.AWAITING_HEAD:
            return "send", send
        if record.state == PeriodState.SENT:
            return "return", give_back
        return ("hand", hand) if typed else self._type(place, number)

    def _take_from_system(self, number: int) -> tuple[str, Save]:
        snapshot = snapshot_of(self._engine)
        entry = next(iter(snapshot.entries.of_criterion(FROM_SYSTEM)))
        table = read_typed({unit.code: str(number) for unit in snapshot.units}, snapshot, entry)
        with read_session(self._engine) as session:
            shown = figure_difference(session, OFFICE, snapshot, entry, table)

        def save() -> None:
            with write_session(self._engine) as session:
                store_figures(session, OFFICE, snapshot, entry, table, shown, _moment(number))

        return "figures", save


def _moment(number: int) -> dt.datetime:
    return NOW + dt.timedelta(milliseconds=number)


def _said(number: int) -> NewEvidence:
    return NewEvidence(str(number), NOW.date(), "UBND", f"Tài liệu {number}", notice_read=True)


def numbered(first: int) -> Iterator[int]:
    """Numbers of saves that no other trial uses."""
    return iter(range(first, first + 1000))
