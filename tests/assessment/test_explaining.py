"""Clerk and head of a unit answer its draft results at the same moment: on PostgreSQL, where both sessions may write."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from assessment.appraisal import AppraisalRefusedError, sent_explanations
from assessment.explaining import accept_results, explain, send_explanations
from assessment.submissions import submission
from data.database import draft_session, read_session, write_session
from tests.assessment.appraisal_office import office_place, say, told_office
from tests.assessment.appraising import NOON
from tests.assessment.reporting import clerk, head
from tests.data.databases import Databases

SENT = "Giải trình đã gửi nên không sửa hoặc gửi thêm được; hãy chờ thẩm định lại."


@pytest.fixture
def told(postgres_server: str, tmp_path: Path, templates: Path) -> Iterator[Engine]:
    """Vũng Tàu knows its draft results, and has written an explanation of CQ.1."""
    databases = Databases(postgres_server, lambda: tmp_path, templates)
    engine = databases.opened(told_office)
    say(engine, "CQ.1", "Đề nghị xem lại")
    yield engine
    engine.dispose()
    databases.discard()


class Other:
    """Somebody else who does something meanwhile."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.refused: tuple[str, ...] = ()
        self._act = act
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self._act()
        except AppraisalRefusedError as refusal:
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
