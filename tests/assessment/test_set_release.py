"""Two people release a version: one proposes, another confirms or refuses; released, nothing of it changes any more."""

import datetime as dt
import threading
from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from assessment.importing import ImportRequest, import_inputs
from assessment.permissions import Identity
from assessment.province import provincial_snapshot
from assessment.roles import Role
from assessment.set_release import (
    ReleaseRefusedError,
    confirm_release,
    propose_release,
    refuse_release,
    release_people,
    withdraw_release,
)
from assessment.set_storing import store_version
from assessment.snapshots import level_snapshot
from criteria.loader import read_text
from data.database import read_session, write_session
from data.models import ReleaseDecision, SetRelease
from data.repositories import periods
from data.stored_sets import ReleaseRecord, StoredSet, stored_sets
from tests.data.databases import Databases, reference_alone

NOON, LATER = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC), dt.datetime(2024, 12, 3, 5, 0, tzinfo=dt.UTC)
OFFICE = Identity("thuong-truc", Role.DX_OFFICE, account_id=11)
COLLEAGUE = Identity("thuong-truc-2", Role.DX_OFFICE, account_id=12)
LEADER = Identity("lanh-dao", Role.PROVINCE_LEADER, account_id=21)
SET = """
id: ban-hanh-2024
level: district
year: 2024
version: "{version}"
status: {status}
scale: 100
legal_basis:
  - {{document: "Quyết định số 9/QĐ-UBND ngày 05/01/2025"}}
groups:
  - code: NT
    name: Nhận thức số
    criteria:
      - {{code: NT.1, name: Tỷ lệ, max_points: 100, rule: {{type: ratio}}}}
"""
_numbers = count(1)


@pytest.fixture(scope="module")
def engine(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(reference_alone)
    yield engine
    engine.dispose()


def stored(engine: Engine, number: str, status: str = "official") -> int:
    """A new version, which no period uses; gives its id."""
    read = read_text(SET.format(version=number, status=status), "bo.yaml").criteria_set
    assert read is not None
    store_version(engine, OFFICE, read, NOON)
    return found(engine, number).id


def new(engine: Engine) -> int:
    """A new official version under a number of its own."""
    return stored(engine, f"0.{next(_numbers)}")


def found(engine: Engine, number: str) -> StoredSet:
    with read_session(engine) as session:
        return next(s for s in stored_sets(session) if (s.stored.set_id, s.stored.version) == ("ban-hanh-2024", number))


def release_of(engine: Engine, version_id: int) -> ReleaseRecord | None:
    """The newest proposal of a version."""
    with read_session(engine) as session:
        return next(s.release for s in stored_sets(session) if s.id == version_id)


def proposed(engine: Engine, version_id: int, who: Identity = OFFICE) -> int:
    """Proposes a version; gives the proposal's id."""
    propose_release(engine, who, version_id, NOON)
    release = release_of(engine, version_id)
    assert release is not None
    return release.id


def is_released(engine: Engine, version_id: int) -> bool:
    with read_session(engine) as session:
        return next(s.stored.released for s in stored_sets(session) if s.id == version_id)


@pytest.mark.parametrize(("first", "second"), [(OFFICE, LEADER), (LEADER, OFFICE), (OFFICE, COLLEAGUE)])
def test_one_proposes_and_another_releases(engine: Engine, first: Identity, second: Identity) -> None:
    version = new(engine)
    assert release_of(engine, version) is None
    release = proposed(engine, version, first)
    assert not is_released(engine, version)
    confirm_release(engine, second, release, LATER)
    assert is_released(engine, version)
    assert release_of(engine, version) == ReleaseRecord(
        release, first.account_id or 0, NOON, ReleaseDecision.CONFIRMED, second.account_id, LATER, None
    )


def test_the_same_account_never_does_both_whatever_it_is_called(engine: Engine) -> None:
    version = new(engine)
    release = proposed(engine, version)
    for who in (OFFICE, Identity("ten-khac", Role.PROVINCE_LEADER, account_id=OFFICE.account_id)):
        with pytest.raises(ReleaseRefusedError, match="cần hai người khác nhau"):
            confirm_release(engine, who, release, LATER)
        with pytest.raises(ReleaseRefusedError, match="chính tài khoản của bạn lập"):
            refuse_release(engine, who, release, "Chưa đủ", LATER)
    assert not is_released(engine, version)


def test_a_command_is_nobody_in_particular(engine: Engine) -> None:
    version = new(engine)
    with pytest.raises(ReleaseRefusedError, match="tài khoản riêng của từng người"):
        propose_release(engine, Identity(None, Role.DX_OFFICE), version, NOON)
    release = proposed(engine, version)
    with pytest.raises(ReleaseRefusedError, match="tài khoản riêng của từng người"):
        confirm_release(engine, Identity(None, Role.DX_OFFICE), release, NOON)


def test_who_proposed_withdraws_and_only_he(engine: Engine) -> None:
    version = new(engine)
    release = proposed(engine, version)
    with pytest.raises(ReleaseRefusedError, match="Chỉ người đã đề nghị mới rút được"):
        withdraw_release(engine, LEADER, release, LATER)
    withdraw_release(engine, OFFICE, release, LATER)
    gone = release_of(engine, version)
    assert gone is not None
    assert (gone.decision, gone.decided_by, gone.reason) == (ReleaseDecision.WITHDRAWN, 11, None)
    with pytest.raises(ReleaseRefusedError, match="không còn chờ"):
        confirm_release(engine, LEADER, release, LATER)
    # It may be proposed anew, by anybody who may.
    confirm_release(engine, OFFICE, proposed(engine, version, LEADER), LATER)
    assert is_released(engine, version)


def test_the_other_refuses_with_a_reason(engine: Engine) -> None:
    version = new(engine)
    release = proposed(engine, version)
    with pytest.raises(ReleaseRefusedError, match=r"Cần lý do từ chối từ 1 đến 2\.000 ký tự"):
        refuse_release(engine, LEADER, release, "  ", LATER)
    refuse_release(engine, LEADER, release, " Thiếu\n căn cứ ", LATER)
    gone = release_of(engine, version)
    assert gone is not None
    assert (gone.decision, gone.decided_by, gone.reason) == (ReleaseDecision.REFUSED, 21, "Thiếu căn cứ")
    with pytest.raises(ReleaseRefusedError, match="không còn chờ"):
        withdraw_release(engine, OFFICE, release, LATER)
    assert not is_released(engine, version)


def test_a_version_is_proposed_and_released_once_at_a_time(engine: Engine) -> None:
    version = new(engine)
    release = proposed(engine, version)
    with pytest.raises(ReleaseRefusedError, match="đã được đề nghị hoặc đã ban hành"):
        propose_release(engine, LEADER, version, NOON)
    confirm_release(engine, LEADER, release, LATER)
    with pytest.raises(ReleaseRefusedError, match="đã được đề nghị hoặc đã ban hành"):
        propose_release(engine, OFFICE, version, NOON)
    with pytest.raises(ReleaseRefusedError, match="không còn chờ"):
        confirm_release(engine, COLLEAGUE, release, LATER)


def test_a_reference_set_and_one_that_is_not_there_are_not_released(engine: Engine) -> None:
    version = stored(engine, "tham-chieu", "reference")
    with pytest.raises(ReleaseRefusedError, match="là bộ tham chiếu nên không ban hành được"):
        propose_release(engine, OFFICE, version, NOON)
    with pytest.raises(ReleaseRefusedError, match="Không có phiên bản bộ chỉ số số 987654"):
        propose_release(engine, OFFICE, 987654, NOON)


def test_of_two_who_confirm_at_once_one_releases(engine: Engine) -> None:
    version = new(engine)
    release = proposed(engine, version)
    together, done, refused = threading.Barrier(2), list[int | None](), list[str]()

    def confirm(who: Identity) -> None:
        together.wait(10)
        try:
            confirm_release(engine, who, release, LATER)
            done.append(who.account_id)
        except ReleaseRefusedError as refusal:
            refused.append(str(refusal))

    threads = [threading.Thread(target=confirm, args=[who]) for who in (LEADER, COLLEAGUE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert refused == ["Đề nghị ban hành này không còn chờ; hãy tải lại trang để xem tình trạng mới."]
    [winner] = done
    standing = release_of(engine, version)
    assert standing is not None
    assert standing.decided_by == winner


# What the database itself refuses


def _row(version_id: int, **decided: object) -> SetRelease:
    return SetRelease(criteria_set_version_id=version_id, proposed_by=11, proposed_at=NOON, **decided)


@pytest.mark.parametrize(
    "decided",
    [
        {"decision": "confirmed", "decided_by": 11, "decided_at": LATER},
        {"decision": "refused", "decided_by": 11, "decided_at": LATER, "reason": "x"},
        {"decision": "withdrawn", "decided_by": 21, "decided_at": LATER},
        {"decision": "refused", "decided_by": 21, "decided_at": LATER},
        {"decision": "confirmed", "decided_by": 21, "decided_at": LATER, "reason": "x"},
        {"decision": "confirmed", "decided_at": LATER},
        {"decision": "confirmed", "decided_by": 21},
        {"decided_by": 21, "decided_at": LATER},
        {"decision": "maybe", "decided_by": 21, "decided_at": LATER},
        {"reason": "x"},
    ],
)
def test_the_database_refuses_one_person_for_two_and_half_a_decision(
    engine: Engine, decided: dict[str, object]
) -> None:
    version = new(engine)
    with pytest.raises(IntegrityError), write_session(engine) as session:
        session.add(_row(version, **decided))


def test_the_database_refuses_a_second_standing_release(engine: Engine) -> None:
    version = new(engine)
    release = proposed(engine, version)
    with pytest.raises(IntegrityError), write_session(engine) as session:
        session.add(_row(version))
    confirm_release(engine, LEADER, release, LATER)
    with pytest.raises(IntegrityError), write_session(engine) as session:
        session.add(_row(version))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE set_release SET decided_by = 12 WHERE id = {release}",
        "UPDATE set_release SET decision = NULL, decided_by = NULL, decided_at = NULL WHERE id = {release}",
        "DELETE FROM set_release WHERE id = {release}",
        "UPDATE criteria_set_version SET text = 'id: khac' WHERE id = {version}",
        "UPDATE criteria_set_version SET status = 'reference' WHERE id = {version}",
        "DELETE FROM criteria_set_version WHERE id = {version}",
    ],
)
def test_nothing_of_a_released_version_can_be_changed_not_even_by_sql(engine: Engine, statement: str) -> None:
    version = new(engine)
    release = proposed(engine, version)
    confirm_release(engine, LEADER, release, LATER)
    before = release_of(engine, version)
    with pytest.raises(DBAPIError, match="never changes"), write_session(engine) as session:
        session.execute(text(statement.format(release=release, version=version)))
    assert release_of(engine, version) == before
    assert is_released(engine, version)


# What release means


def test_a_version_is_tried_in_an_open_period_before_it_is_released(engine: Engine) -> None:
    content = SET.format(version="ky", status="official").encode()
    rows = b"unit,criterion,input,value\n747,NT.1,a,1\n747,NT.1,b,2\n"
    import_inputs(engine, OFFICE, ImportRequest("district", 2024, 6, rows, "f.csv", content, "bo.yaml"), NOON)

    def released() -> tuple[bool, bool]:
        """Whether the sets of the districts and of the province are released, as their snapshots say."""
        with read_session(engine) as session:
            period = periods(session)[0]
            district = level_snapshot(session, period, "district", 6)
            return district.released, provincial_snapshot(session, period, 6).released

    assert released() == (False, False)
    confirm_release(engine, LEADER, proposed(engine, found(engine, "ky").id), LATER)
    assert released() == (True, False)


def test_only_who_may_release_reads_who_did(engine: Engine) -> None:
    with read_session(engine) as session:
        assert release_people(session, LEADER, [11])[11].user_name == ""
        with pytest.raises(PermissionError, match="không được đề nghị, phê duyệt ban hành bộ chỉ số"):
            release_people(session, Identity("a", Role.ADMINISTRATOR, account_id=1), [11])


def test_a_demonstration_account_neither_proposes_nor_confirms(engine: Engine) -> None:
    shown = Identity("trinh.dien", Role.DX_OFFICE, account_id=901, demonstration=True)
    version = new(engine)
    with pytest.raises(ReleaseRefusedError, match="Tài khoản trình diễn không đề nghị"):
        propose_release(engine, shown, version, NOON)
    propose_release(engine, OFFICE, version, NOON)
    with read_session(engine) as session:
        proposal = session.query(SetRelease).filter_by(criteria_set_version_id=version).one().id
    with pytest.raises(ReleaseRefusedError, match="Tài khoản trình diễn không đề nghị"):
        confirm_release(engine, shown, proposal, NOON)
    confirm_release(engine, LEADER, proposal, LATER)
