"""Text fields: none throws away what is too long."""

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

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


def test_no_screen_uses_the_limit_that_is_silent() -> None:
    files = sorted((ROOT / "ui").glob("*.py")) + sorted((ROOT / "pages").glob("*.py"))
    assert [f.name for f in files if re.search(r"\bmax_chars=", f.read_text(encoding="utf-8"))] == []
