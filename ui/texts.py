"""Text fields that take what is typed whole and say when it is too long.

Streamlit's own limit throws away a longer text that is pasted, without a word, and cuts off one that a browser sends.
"""

from typing import Any

import streamlit as st

from language import _, format_number


def text_line(label: str, most: int, **options: Any) -> str:
    """A field of one line; a text of more than so many characters stays, with a sentence under it."""
    return _told_if_long(st.text_input(label, **options), most)


def text_box(label: str, most: int, **options: Any) -> str:
    """A field of several lines; else as `text_line`."""
    return _told_if_long(st.text_area(label, **options), most)


def _told_if_long(text: str | None, most: int) -> str:
    text = text or ""
    if len(text.strip()) > most:
        st.error(
            _("Nội dung dài {n} ký tự, nhiều nhất {most} ký tự nên chưa lưu; hãy viết gọn lại.").format(
                n=format_number(len(text.strip())), most=format_number(most)
            )
        )
    return text
