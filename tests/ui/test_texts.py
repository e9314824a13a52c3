"""Text fields: none throws away what is too long."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ui.plain import plain

ROOT = Path(__file__).parents[2]


def test_too_long_a_text_stays_whole_with_a_sentence() -> None:
    def script() -> None:
        from ui.texts import text_box, text_line

        text_line("Số", 5, key="line")
        text_box("Lý do", 10, key="box")

    page = AppTest.from_function(script).run()
    page.text_input(key="line").set_value(" 12345 ")
    page.text_area(key="box").set_value("n" * 11).run()
    assert page.text_input(key="line").value == " 12345 "
    assert page.text_area(key="box").value == "n" * 11
    assert [e.value for e in page.error] == [
        "Nội dung dài 11 ký tự, nhiều nhất 10 ký tự nên chưa lưu; hãy viết gọn lại."
    ]


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("Số 12/BC-UBND (2024)", "Số 12/BC-UBND (2024)"),
        ("**đậm** [a](b) <i> $x$", r"\*\*đậm\*\* \[a\](b) \<i\> \$x\$"),
        # What is named after a colon, and addresses, are recognised only where nothing stands between.
        (":material/lock: :smile: 8:30", ":\u2060material/lock: :\u2060smile: 8:\u206030"),
        ("https://a.vn www.a.vn b@a.vn", "https:\u2060//a.vn www\u2060.a.vn b@\u2060a.vn"),
        ("a\u202eb\u2066c", "abc"),
        ("một\n  hai", "một hai"),
    ],
)
def test_what_was_typed_is_drawn_as_it_was_typed(typed: str, drawn: str) -> None:
    assert plain(typed) == drawn


def test_no_screen_uses_the_limit_that_is_silent() -> None:
    files = sorted((ROOT / "ui").glob("*.py")) + sorted((ROOT / "pages").glob("*.py"))
    assert [f.name for f in files if re.search(r"\bmax_chars=", f.read_text(encoding="utf-8"))] == []
