"""Storing a version that an office has brought: once, never changed, used by no period, all or nothing."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select

from assessment.permissions import Identity
from assessment.roles import Role
from assessment.set_storing import SetRefusedError, storable, store_version
from criteria import CriteriaSet, read_text
from criteria.model import Level
from data.database import read_session
from data.models import CriteriaSetVersion
from data.repositories import criteria_set_text, data_version, parsed_set
from data.stored_sets import StoredSet, stored_sets
from tests.data.databases import LEVELS, SETS, Databases, small_demonstration
from tests.reports.examples import SET_TEXT

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
OFFICE = Identity("thuong-truc", Role.DX_OFFICE)

TEXTS: dict[Level, str] = {level: (SETS / f"{level}.yaml").read_text(encoding="utf-8") for level in LEVELS}


@pytest.fixture(scope="module")
def engine(new_database: Databases) -> Iterator[Engine]:
    """A database with a demonstration on the small criteria sets."""
    engine = new_database.opened(small_demonstration)
    yield engine
    engine.dispose()


def read(text: str) -> CriteriaSet:
    """The set of a text."""
    found = read_text(text, "set.yaml").criteria_set
    assert found is not None
    return found


def version(number: str, text: str = SET_TEXT) -> CriteriaSet:
    """The example set under a version of its own."""
    return read(text.replace('version: "1.2"', f'version: "{number}"'))


def stored(engine: Engine, criteria_set: CriteriaSet) -> list[StoredSet]:
    """What stands in the database under the id and version of a set."""
    with read_session(engine) as session:
        found = stored_sets(session, criteria_set.level)
    names = criteria_set.id, criteria_set.version
    return [s for s in found if (s.stored.set_id, s.stored.version) == names]


def counted(engine: Engine) -> tuple[int, int]:
    """Number of stored versions, and the data version."""
    with read_session(engine) as session:
        return session.scalar(select(func.count()).select_from(CriteriaSetVersion)) or 0, data_version(session)


def test_a_new_version_is_stored_and_used_by_no_period(engine: Engine) -> None:
    new = version("3.0")
    assert stored(engine, new) == []
    assert store_version(engine, OFFICE, new, NOON).standing == "new"
    (found,) = stored(engine, new)
    assert parsed_set(found.stored) == new
    assert found.periods == ()
    assert (found.stored.level, found.stored.year, found.stored.status) == ("district", 2024, "reference")


def test_the_version_in_use_stays_in_use(engine: Engine) -> None:
    used = read(TEXTS["district"])
    store_version(engine, OFFICE, version("4.0"), NOON)
    with read_session(engine) as session:
        assert criteria_set_text(session, 1, "district").version == used.version
    (found,) = stored(engine, used)
    assert len(found.periods) == 2
    assert all("trình diễn" in name for name in found.periods)


def test_the_version_stored_last_comes_first(engine: Engine) -> None:
    store_version(engine, OFFICE, version("5.0"), NOON)
    store_version(engine, OFFICE, version("5.1"), NOON)
    with read_session(engine) as session:
        assert [s.stored.version for s in stored_sets(session, "district")][:2] == ["5.1", "5.0"]
        assert {s.stored.level for s in stored_sets(session)} == set(LEVELS)


def test_the_same_content_is_not_stored_twice_whatever_its_file_looked_like(engine: Engine) -> None:
    # The packaged text has its own comments and line breaks; what counts is what it says.
    for text in TEXTS.values():
        before, _version = counted(engine)
        found = store_version(engine, OFFICE, read(text), NOON)
        assert found.standing == "same"
        assert found.found is not None
        assert found.found.stored.text == text
        assert counted(engine)[0] == before


def test_the_same_version_with_other_content_is_refused_in_a_sentence(engine: Engine) -> None:
    store_version(engine, OFFICE, version("6.0"), NOON)
    other = version("6.0", SET_TEXT.replace("full_at: 4", "full_at: 5").replace("scale: 100", "scale: 50"))
    before = counted(engine)
    with pytest.raises(SetRefusedError) as caught:
        store_version(engine, OFFICE, other, NOON)
    assert caught.value.faults == (
        "Bộ chỉ số nho-2024 phiên bản 6.0 đã lưu với nội dung khác (2 điểm khác nhau); bản đã lưu không sửa được. "
        "Hãy ghi phiên bản mới ở trang «Thông tin chung» của tệp rồi tải lên lại.",
    )
    # Not even the counter of writes has moved.
    assert counted(engine) == before
    (found,) = stored(engine, other)
    assert parsed_set(found.stored) == version("6.0")


def test_an_id_belongs_to_one_level(engine: Engine) -> None:
    store_version(engine, OFFICE, version("7.0"), NOON)
    with pytest.raises(SetRefusedError, match="Mã bộ chỉ số nho-2024 đang dùng cho một cấp khác"):
        store_version(engine, OFFICE, version("7.1", SET_TEXT.replace("level: district", "level: commune")), NOON)


@pytest.mark.parametrize(
    ("number", "words"), [("1" * 41, "dài hơn 40 ký tự"), ("1.0 ", "dấu cách ở đầu, ở cuối"), ("1\\n0", "xuống dòng")]
)
def test_a_version_that_cannot_be_kept_is_refused(engine: Engine, number: str, words: str) -> None:
    before = counted(engine)
    with pytest.raises(SetRefusedError, match=words):
        store_version(engine, OFFICE, version(number), NOON)
    assert counted(engine) == before


def test_what_storing_would_do_is_known_before(engine: Engine) -> None:
    with read_session(engine) as session:
        assert storable(session, version("8.0")).standing == "new"
        assert storable(session, read(TEXTS["district"])).standing == "same"
    assert stored(engine, version("8.0")) == []


def test_a_set_that_the_checker_would_not_pass_is_refused(engine: Engine) -> None:
    new = version("9.0")
    twice = new.model_copy(update={"groups": (new.groups[0], new.groups[0])})
    before = counted(engine)
    with pytest.raises(SetRefusedError, match="bị lặp"):
        store_version(engine, OFFICE, twice, NOON)
    assert counted(engine) == before
