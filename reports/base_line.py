"""The question of the outlook and its base line, as sentences that screens and papers share."""

from language import _, format_number
from scoring.baseline import BaseLine
from scoring.national import TOP


def goal_name(base: BaseLine) -> str:
    """The goal in a few words: to enter the top 15, or to hold a place in it."""
    words = _("giữ nhóm {top}") if base.goal == "hold" else _("vào nhóm {top}")
    return words.format(top=TOP)


def question_in_words(base: BaseLine) -> str:
    """What is asked: from which place of which year, to enter the top 15 or to hold it in the target year."""
    sentence = (
        _("Năm {base} tỉnh xếp hạng {rank}, đã ở trong nhóm {top}. Câu hỏi: năm {target} có giữ được nhóm {top} không?")
        if base.goal == "hold"
        else _(
            "Năm {base} tỉnh xếp hạng {rank}, chưa ở trong nhóm {top}. Câu hỏi: năm {target} có vào được nhóm {top} "
            "không?"
        )
        if base.rank is not None
        else _("Thứ hạng năm {base} của tỉnh chưa công bố. Câu hỏi: năm {target} có vào được nhóm {top} không?")
    )
    return sentence.format(base=base.base_year, target=base.target_year, rank=base.rank, top=TOP)


def reference_points_sentence() -> str:
    """That the points of components are those of the reference set."""
    return _(
        "Điểm của các chỉ số thành phần tính theo bộ tham chiếu, không phải điểm của Bộ Thông tin và Truyền thông."
    )


def origin_in_words(base: BaseLine) -> str:
    """Where the base line's eight scores come from; an allocation says that it is assumed."""
    total = format_number(base.total, 4)
    texts = {
        "published": _("Tổng điểm {total} và điểm tám chỉ số chính năm {year} là số đã công bố."),
        "office": _("Tổng điểm {total} và điểm tám chỉ số chính năm {year} do cơ quan thường trực nhập."),
        "assumed": _(
            "Tổng điểm {total} năm {year} là số đã công bố; điểm tám chỉ số chính chưa công bố nên được GIẢ ĐỊNH: lấy "
            "tỷ lệ đạt của bộ tham chiếu rồi dịch cùng một lượng (trên thang lô-ga-rít của tỷ lệ đạt trên chưa đạt) cho "
            "đến khi cộng theo trọng số đúng bằng tổng điểm."
        ),
    }
    return texts[base.origin].format(total=total, year=base.base_year)


def origin_name(base: BaseLine) -> str:
    """The same in a word or two, for a column or a note."""
    return {
        "published": _("đã công bố"),
        "office": _("cơ quan thường trực nhập"),
        "assumed": _("giả định"),
    }[base.origin]
