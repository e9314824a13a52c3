"""Tables with fixed rows into which a column is pasted: values for which there is no row are told.

Streamlit drops what is pasted below the last row, without a word. One row more, which is no row of the table, catches it.
"""

from language import _, format_number


def end_of_list() -> str:
    """What the row is called that catches what was pasted too much."""
    return _("(hết danh sách)")


def too_many(rows: int) -> str:
    """What is said when something was pasted below the last row. rows: of the table."""
    return _(
        "Dán nhiều giá trị hơn số dòng của bảng ({n} dòng) nên chưa lưu gì. Hãy so lại cột đã sao chép với thứ tự dòng, "
        "xóa ô ở dòng «hết danh sách» rồi dán lại."
    ).format(n=format_number(rows))
