"""Two people take a report further at the same moment: on PostgreSQL, where a draft and a step are written at once."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from assessment.appraisal import send_draft_results, sent_explanations
from assessment.drafts import Change, drafts, save_drafts
from assessment.explaining import accept_results, explain, send_explanations
from assessment.refusals import RefusedError
from assessment.rulings import Verdict
from assessment.sending import hand_to_head
from assessment.submissions import submission
from data.database import draft_session, read_session, write_session
from data.models import RulingKind
from tests.assessment.appraisal_office import (
    VUNG_TAU,
    agree_to_all,
    begun_office,
    decide,
    districts,
    office_place,
    say,
    told_office,
)
from tests.assessment.appraising import NOON, OFFICE
from tests.assessment.reporting import NOW, clerk, head, open_office, place_of, snapshot_of, type_in
from tests.data.databases import Build, Databases

SENT = "Giải trình đã gửi nên không sửa hoặc gửi thêm được; hãy chờ thẩm định lại."


@pytest.fixture
def opened(postgres_server: str, tmp_path: Path, templates: Path) -> Iterator[Callable[[Build], Engine]]:
    """A function that opens a copy of what another one has filled."""
    databases, engines = Databases(postgres_server, lambda: tmp_path, templates), list[Engine]()

    def open_copy(build: Build) -> Engine:
        engines.append(databases.opened(build))
        return engines[-1]

    yield open_copy
    for engine in engines:
        engine.dispose()
    databases.discard()


@pytest.fixture
def told(opened: Callable[[Build], Engine]) -> Engine:
    """Vũng Tàu knows its draft results, and has written an explanation of CQ.1."""
    engine = opened(told_office)
    say(engine, "CQ.1", "Đề nghị xem lại")
    return engine


class Other:
    """Somebody else who does something meanwhile."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.refused: tuple[str, ...] = ()
        self._act = act
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self._act()
        except RefusedError as refusal:
            self.refused = refusal.faults

    def begin(self, engine: Engine) -> None:
        """Begins, and gives back once it is done or waits for a lock."""
        self._thread.start()
        waiting = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        while self._thread.is_alive():
            with engine.connect() as connection:
                if connection.scalar(waiting):
                    return

    def end(self) -> None:
        """Waits until it is done."""
        self._thread.join()


def write_other(engine: Engine) -> None:
    """The clerk writes an explanation of TC.1."""
    say(engine, "TC.1", "Đã có kế hoạch")


def test_what_the_clerk_saves_while_the_head_sends_is_refused(told: Engine) -> None:
    place, other = office_place(told), Other(lambda: write_other(told))
    with write_session(told) as session:
        send_explanations(session, head(place), place, submission(session, place).version, NOON)
        other.begin(told)
    other.end()
    assert other.refused == (SENT,)
    with read_session(told) as session:
        assert sent_explanations(session, place) == ("CQ.1",)


def test_what_the_clerk_saves_while_the_head_accepts_is_refused(told: Engine) -> None:
    say(told, "CQ.1", "", seen=1)
    place, other = office_place(told), Other(lambda: write_other(told))
    with write_session(told) as session:
        accept_results(session, head(place), place, submission(session, place).version, NOON)
        other.begin(told)
    other.end()
    assert other.refused == ("Đơn vị đã đồng ý với kết quả dự kiến nên không giải trình nữa.",)


def test_the_head_sends_nothing_that_the_clerk_is_just_saving_and_he_has_not_read(told: Engine) -> None:
    place = office_place(told)

    def send() -> None:
        with write_session(told) as session:
            seen = submission(session, place).version
            send_explanations(session, head(place), place, seen, NOON, {"CQ.1": 1})

    other = Other(send)
    with draft_session(told) as session:
        explain(session, clerk(place), place, "TC.1", "Đã có kế hoạch", 0, NOON)
        other.begin(told)
    other.end()
    assert other.refused == ("Giải trình TC.1 vừa được người khác trong đơn vị sửa; hãy đọc lại rồi gửi.",)
    with read_session(told) as session:
        assert sent_explanations(session, place) == ()


def test_what_a_clerk_types_while_another_hands_over_is_refused(opened: Callable[[Build], Engine]) -> None:
    engine = opened(open_office)
    place = place_of(engine, "747")
    snapshot = snapshot_of(engine)
    other = Other(lambda: type_in(engine, place, {"input/TC.1/value": "có"}))
    with write_session(engine) as session:
        hand_to_head(session, clerk(place), place, snapshot, 0, NOW)
        other.begin(engine)
    other.end()
    assert other.refused == (
        "Báo cáo đang ở bước «Chờ lãnh đạo đơn vị duyệt» nên không sửa được số liệu; hãy chờ trả lại để bổ sung.",
    )
    with read_session(engine) as session:
        assert drafts(session, clerk(place), place) == {}


def test_who_hands_over_what_another_is_typing_hands_it_over_whole(opened: Callable[[Build], Engine]) -> None:
    engine = opened(open_office)
    place, snapshot = place_of(engine, "747"), snapshot_of(engine)

    def hand_over() -> None:
        with write_session(engine) as session:
            hand_to_head(session, clerk(place), place, snapshot, 0, NOW)

    other = Other(hand_over)
    with draft_session(engine) as session:
        save_drafts(session, clerk(place), place, snapshot.entries, [Change("input/TC.2/value", "32/12/2024", 0)], NOW)
        other.begin(engine)
    other.end()
    (said,) = other.refused
    assert "32/12/2024" in said


def test_a_ruling_while_the_office_tells_the_unit_is_refused(opened: Callable[[Build], Engine]) -> None:
    engine = opened(begun_office)
    agree_to_all(engine, VUNG_TAU)
    verdict = Verdict(RulingKind.CORRECT, "Chỉ 20 hồ sơ trực tuyến", {"a": "20", "b": "100"})
    other = Other(lambda: decide(engine, OFFICE, [(VUNG_TAU, "CQ.1")], verdict))
    with write_session(engine) as session:
        snapshot = districts(session)
        send_draft_results(session, OFFICE, snapshot.period.id, [snapshot.units[snapshot.row_of["747"]]], 5, NOON)
        other.begin(engine)
    other.end()
    (said,) = other.refused
    assert "đang ở bước «Chờ giải trình», không phải «Đang thẩm định»" in said
