"""Labels and file names."""

from dataclasses import replace

import pytest

from criteria.model import CriteriaSet, Source
from reports.labels import demonstration_label, file_name, origin_text, set_status, slug, source_line, used_set_status
from tests.reports.examples import CRITERIA_SET, snapshot


def _official(*basis: Source) -> CriteriaSet:
    return CRITERIA_SET.model_copy(update={"status": "official", "legal_basis": basis})


def test_demonstration_label() -> None:
    assert demonstration_label() == "SỐ LIỆU TRÌNH DIỄN - KHÔNG CÓ GIÁ TRỊ"


def test_status_of_a_set() -> None:
    decision = Source(document="Quyết định số 1/QĐ-UBND ngày 02/01/2025")
    # A reference set claims no release, whatever was stored.
    for released in (False, True):
        assert set_status(CRITERIA_SET, released=released) == "bộ tham chiếu, không phải bộ chính thức"
    named = "Quyết định số 1/QĐ-UBND ngày 02/01/2025"
    assert set_status(_official(decision), released=True) == f"bộ chính thức, ban hành theo {named}"
    assert set_status(_official(decision), released=False) == f"bộ chính thức theo {named}, chưa ban hành"
    assert set_status(_official(), released=True) == "bộ chính thức"
    assert set_status(_official(), released=False) == "bộ chính thức, chưa ban hành"


def test_a_snapshot_says_whether_its_set_is_released() -> None:
    example = snapshot()
    compiled = replace(example.book.compiled, criteria_set=_official())
    tried = replace(example, book=replace(example.book, compiled=compiled))
    assert used_set_status(tried) == "bộ chính thức, chưa ban hành"
    assert "chấm theo bộ chính thức chưa ban hành nho-2024 1.2" in source_line(tried)
    released = replace(tried, released=True)
    assert used_set_status(released) == "bộ chính thức"
    assert "chấm theo bộ chính thức nho-2024 1.2" in source_line(released)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Cấp xã", "cap-xa"),
        ("Huyện Đất Đỏ", "huyen-dat-do"),
        ("Sở, ban, ngành", "so-ban-nganh"),
        ("a/../b\\c:*?", "a-b-c"),
    ],
)
def test_slug_is_safe_in_every_file_system(text: str, name: str) -> None:
    assert slug(text) == name


def test_file_name_tells_invented_figures() -> None:
    assert file_name(snapshot(month=9), "Xếp hạng", extension="csv") == "TRINH-DIEN_xep-hang_2024-09.csv"
    assert file_name(snapshot(origin="office"), "Xếp hạng", extension="xlsx") == "xep-hang_2024-12.xlsx"


def test_source_line_says_who_made_the_figures() -> None:
    assert source_line(snapshot()) == (
        "Nguồn: số liệu trình diễn do phần mềm sinh ra; chấm theo bộ tham chiếu nho-2024 1.2."
    )
    assert "số liệu do cơ quan, đơn vị báo cáo" in source_line(snapshot(origin="office"))


def test_origins_of_figures() -> None:
    assert origin_text("self_assessed") == "đơn vị tự báo cáo"
    with pytest.raises(ValueError, match="rumour"):
        origin_text("rumour")
