"""Form of a criteria set in Excel: sheets, columns and the words that stand for codes.

Titles and words are the form of the file, as keys are of YAML: they are read back, so they are never translated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from language import fold

Kind = Literal["code", "text", "number", "date", "word", "list"]


@dataclass(frozen=True)
class Column:
    """A column, or a line of the first sheet: its title, what it holds, and how it is explained.

    words: for `word`, what is written for each code. share: whether its numbers are fractions, shown as percentages.
    since: edition of the form that brought it; workbooks of the first edition lack the later ones.
    """

    title: str
    kind: Kind = "text"
    explain: str = ""
    required: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    width: float = 14
    share: bool = False
    since: int = 1

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """Codes by their words, written without diacritics and commas."""
        return {plain(word): code for code, word in self.words.items()}


@dataclass(frozen=True)
class Form:
    """A sheet: its name, the sentence under its title, its columns by field, and how many columns stay in view."""

    name: str
    explain: str
    columns: Mapping[str, Column]
    frozen: int = 1

    @cached_property
    def by_title(self) -> Mapping[str, str]:
        """Fields by their titles, written without diacritics."""
        return {plain(column.title): name for name, column in self.columns.items()}


def plain(text: str) -> str:
    """Title or word for comparison: without diacritics, commas and doubled blanks."""
    return fold(text.replace(",", " "))


LEVELS = {"province": "Cấp tỉnh", "department": "Sở ban ngành", "district": "Cấp huyện", "commune": "Cấp xã"}
STATUSES = {"reference": "Tham chiếu", "official": "Chính thức"}
NOT_APPLICABLE = {"rescale": "Quy đổi điểm", "full": "Tính đủ điểm", "zero": "Tính 0 điểm"}
GROUP_KINDS = {"scored": "Tính điểm", "adjustment": "Điểm thưởng hoặc điểm trừ", "unscored": "Chỉ theo dõi"}
RULES = {
    "ratio": "Tỷ lệ a/b",
    "bands": "Theo bậc",
    "choice": "Chọn một mức",
    "checklist": "Danh mục",
    "count": "Số lượng",
    "best_relative": "So với đơn vị cao nhất",
    "min_max": "Vị trí giữa hai mốc",
    "deadline": "Thời hạn",
    "yes_no": "Có hoặc không",
    "judged": "Hội đồng cho điểm",
    "parts": "Gộp nhiều phần",
}
DIRECTIONS = {"up": "Càng cao càng tốt", "down": "Càng thấp càng tốt"}
OVERS = {"refuse": "Từ chối", "allow": "Chấp nhận"}
BANDS_OF = {"value": "Giá trị", "ratio": "Tỷ lệ a/b"}
EVIDENCE = {"required": "Bắt buộc", "optional": "Nếu có", "none": "Không cần"}
MEASURES = {"flow": "Lũy kế từ đầu năm", "stock": "Tại ngày chốt"}
FREQUENCIES = {"monthly": "Hằng tháng", "quarterly": "Hằng quý", "half_yearly": "Sáu tháng", "yearly": "Hằng năm"}
NUMBERS = {"whole": "Số nguyên"}
COVERAGES = {"own": "Riêng cơ quan", "area": "Toàn địa bàn"}
APPLIES_TO = {"public_services": "Có thủ tục hành chính", "communes": "Có cấp xã"}
ROLL_UPS = {
    "ratio_of_sums": "Tổng a trên tổng b",
    "sum": "Tổng",
    "mean": "Trung bình",
    "share_meeting": "Tỷ lệ đơn vị đạt",
    "entry": "Nhập ở cấp tỉnh",
}
ROWS = {"step": "Bậc", "option": "Lựa chọn", "item": "Mục", "part": "Phần", "label": "Tên lựa chọn"}

NO_LIMIT = "không giới hạn"
"""Stands in both caps of a group that has a cap without any limit."""

SET_FIELDS: Mapping[str, Column] = {
    "id": Column("Mã bộ chỉ số", "code", "Không có dấu cách, ví dụ district-2025.", required=True),
    "level": Column("Cấp", "word", "Bộ chỉ số dùng cho cấp nào.", required=True, words=LEVELS),
    "year": Column("Năm", "number", "Năm của bộ chỉ số.", required=True),
    "version": Column("Phiên bản", "text", "Bộ đã lưu thì không sửa được; muốn sửa hãy ghi phiên bản mới."),
    "status": Column("Tình trạng", "word", "Chính thức chỉ dùng cho bộ đã có quyết định ban hành.", words=STATUSES),
    "title": Column("Tên bộ chỉ số", "text", "Tên đầy đủ."),
    "title_en": Column("Tên tiếng Anh", "text", "Không bắt buộc."),
    "scale": Column("Thang điểm", "number", "Tổng điểm quy đổi về thang này; để trống thì bằng tổng điểm tối đa."),
    "not_applicable": Column(
        "Nội dung không áp dụng", "word", "Cách tính nội dung không áp dụng.", words=NOT_APPLICABLE
    ),
    "rank_precision": Column(
        "Số chữ số thập phân khi xếp hạng", "number", "Từ 0 đến 9; để trống thì xếp hạng theo điểm chưa làm tròn."
    ),
    "reference_list": Column("Khối so sánh", "code", "Mã khối mà quy tắc so sánh giữa các đơn vị căn cứ vào."),
}
BASIS = Column("Căn cứ", "text", "Mỗi căn cứ một dòng; bộ chính thức ghi quyết định ban hành ở dòng đầu tiên.")

INFO = Form(
    "Thông tin chung",
    "Mỗi dòng một mục. Dòng «Căn cứ» được lặp lại; cột «Điều khoản» và «Địa chỉ» chỉ dùng cho dòng này.",
    {
        "item": Column("Mục", required=True, width=34),
        "value": Column("Giá trị", width=60),
        "clause": Column("Điều khoản", width=30),
        "url": Column("Địa chỉ", width=30),
        "explain": Column("Giải thích", width=60),
    },
)

BANDS = Form(
    "Xếp loại",
    "Xếp từ cao xuống thấp. Không xếp loại thì để trống bảng.",
    {
        "name": Column("Tên xếp loại", required=True, width=24, explain="Ví dụ: Tốt."),
        "name_en": Column("Tên tiếng Anh", width=24, explain="Không bắt buộc."),
        "from": Column("Từ điểm", "number", "Điểm thấp nhất của loại này.", required=True),
    },
)

GROUPS = Form(
    "Chỉ số chính",
    "Mỗi chỉ số chính một dòng, theo thứ tự hiển thị.",
    {
        "code": Column("Mã chỉ số chính", "code", "Không lặp trong cả bộ, ví dụ CQ.", required=True),
        "name": Column("Tên", required=True, width=50, explain="Tên chỉ số chính."),
        "name_en": Column("Tên tiếng Anh", width=40, explain="Không bắt buộc."),
        "kind": Column("Loại", "word", "Để trống thì là «Tính điểm».", words=GROUP_KINDS, width=26),
        "bonus": Column("Thưởng nhiều nhất", "number", "Chỉ cho nhóm điểm thưởng hoặc điểm trừ."),
        "penalty": Column("Trừ nhiều nhất", "number", "Số không âm; chỉ cho nhóm điểm thưởng hoặc điểm trừ."),
    },
)

RULE: Mapping[str, Column] = {
    "rule": Column("Cách chấm", "word", "Xem trang «Hướng dẫn».", words=RULES, width=22),
    "full_at": Column(
        "Mức đạt điểm tối đa", "number", "Với tỷ lệ: ví dụ 60 %. Với số lượng: con số được điểm tối đa.", share=True
    ),
    "direction": Column("Chiều", "word", "Để trống thì càng cao càng tốt.", words=DIRECTIONS, width=20),
    "over": Column("Khi a lớn hơn b", "word", "Để trống thì từ chối số liệu có a lớn hơn b.", words=OVERS),
    "of": Column("Xét bậc theo", "word", "Chỉ cho cách chấm «Theo bậc».", words=BANDS_OF),
    "low": Column("Mốc thấp", "number", "Chỉ cho «Vị trí giữa hai mốc»; để trống cả hai mốc thì so các đơn vị."),
    "high": Column("Mốc cao", "number", "Chỉ cho «Vị trí giữa hai mốc»."),
    "due": Column("Hạn", "date", "Chỉ cho «Thời hạn», dạng ngày/tháng/năm."),
    "lose_per_day": Column("Giảm mỗi ngày trễ", "number", "Chỉ cho «Thời hạn», ví dụ 10 %.", share=True),
}
USED: Mapping[str, tuple[str, ...]] = {
    "ratio": ("full_at", "direction", "over"),
    "bands": ("of", "over"),
    "count": ("full_at",),
    "min_max": ("direction", "low", "high"),
    "deadline": ("due", "lose_per_day"),
}
"""Columns that a rule reads; a rule that is not named reads none."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "bands": ("of",),
    "count": ("full_at",),
    "deadline": ("due", "lose_per_day"),
}
"""Columns that a rule cannot do without."""

CRITERIA = Form(
    "Chỉ số",
    "Mỗi chỉ số thành phần một dòng, theo thứ tự hiển thị trong chỉ số chính.",
    {
        "group": Column("Mã chỉ số chính", "code", "Có ở trang «Chỉ số chính».", required=True),
        "code": Column("Mã chỉ số", "code", "Không lặp trong cả bộ, ví dụ CQ.1.", required=True),
        "name": Column("Tên chỉ số", required=True, width=50, explain="Tên chỉ số thành phần."),
        "name_en": Column("Tên tiếng Anh", width=30, explain="Không bắt buộc."),
        "max_points": Column("Điểm tối đa", "number", "Số âm là mức trừ, chỉ trong nhóm điểm trừ.", required=True),
        **RULE,
        "evidence": Column("Tài liệu kiểm chứng", "word", "Để trống thì là «Nếu có».", words=EVIDENCE),
        "evidence_documents": Column("Loại tài liệu", width=40, explain="Tài liệu nào chứng minh số liệu."),
        "evidence_documents_en": Column("Loại tài liệu (tiếng Anh)", width=20, explain="Không bắt buộc."),
        "verifier": Column("Cơ quan xác nhận", "code", "Mã cơ quan xác nhận số liệu."),
        "frequency": Column("Kỳ số liệu", "word", "Bao lâu có số liệu một lần.", words=FREQUENCIES),
        "measure": Column("Cách lấy số liệu", "word", "Lũy kế hay tại ngày chốt.", words=MEASURES, width=20),
        "coverage": Column("Phạm vi", "word", "Toàn địa bàn là đã gồm cấp dưới.", words=COVERAGES),
        "applies_to": Column("Áp dụng cho đơn vị", "word", "Để trống thì mọi đơn vị.", words=APPLIES_TO, width=22),
        "found_in": Column("Nơi lấy số liệu", width=40, explain="Hệ thống, sổ sách có số liệu."),
        "found_in_en": Column("Nơi lấy số liệu (tiếng Anh)", width=20, explain="Không bắt buộc."),
        "plan_target": Column("Chỉ tiêu kế hoạch", "code", "Ví dụ T09."),
        "covers": Column("Nhiệm vụ kế hoạch", "list", "Các mã cách nhau bằng dấu chấm phẩy, ví dụ II.1/2; II.1/3."),
        "document": Column("Văn bản", width=40, explain="Văn bản quy định chỉ số."),
        "clause": Column("Điều khoản", width=24, explain="Điều khoản của văn bản."),
        "url": Column("Địa chỉ văn bản", width=20, explain="Địa chỉ mạng của văn bản, nếu có."),
        "note": Column("Ghi chú", width=40, explain="Lưu ý cho người nhập và người thẩm định."),
        "note_en": Column("Ghi chú (tiếng Anh)", width=20, explain="Không bắt buộc."),
        "how": Column("Cách tổng hợp", "word", "Chỉ cho bộ cấp tỉnh.", words=ROLL_UPS, width=20),
        "from": Column("Nguồn tổng hợp", "list", "Mã bộ/mã chỉ số, cách nhau bằng dấu chấm phẩy.", width=30),
        "weight": Column("Trọng số", "text", "Chỉ cho «Trung bình»: units hoặc tên một số liệu."),
        "meets_at": Column("Mức đạt của đơn vị", "number", "Chỉ cho «Tỷ lệ đơn vị đạt».", share=True),
    },
    frozen=3,
)

INPUTS = Form(
    "Số liệu đầu vào",
    "Mỗi số liệu một dòng. Tên số liệu: a và b của tỷ lệ, value, khóa của mục, hoặc phần.số liệu.",
    {
        "code": Column("Mã chỉ số", "code", "Có ở trang «Chỉ số».", required=True),
        "key": Column("Số liệu", required=True, explain="a, b, value, khóa của mục, hoặc phần.số liệu.", width=24),
        "name": Column("Tên hiển thị", required=True, width=50, explain="Tên mà người nhập đọc."),
        "name_en": Column("Tên tiếng Anh", width=30, explain="Không bắt buộc."),
        "unit": Column("Đơn vị tính", explain="Ví dụ: hồ sơ."),
        "unit_en": Column("Đơn vị tính (tiếng Anh)", explain="Không bắt buộc."),
        "explain": Column("Cách xác định", width=60, explain="Đếm gì, không đếm gì."),
        "explain_en": Column("Cách xác định (tiếng Anh)", width=20, explain="Không bắt buộc."),
        "fact": Column("Tên dữ liệu dùng chung", "code", "Các số liệu cùng tên này chỉ nhập một lần.", width=22),
        "number": Column(
            "Loại số", "word", "Số nguyên cho số liệu đếm được; để trống thì nhận số lẻ.", words=NUMBERS, since=2
        ),
    },
    frozen=2,
)

DETAILS = Form(
    "Bậc và lựa chọn",
    "Các bậc, lựa chọn, mục, phần của những chỉ số chấm theo bậc, chọn một mức, danh mục, gộp nhiều phần.",
    {
        "code": Column("Mã chỉ số", "code", "Có ở trang «Chỉ số».", required=True),
        "part": Column("Thuộc phần", "code", "Khóa của phần, khi chỉ số gộp nhiều phần."),
        "kind": Column("Loại dòng", "word", "Bậc, lựa chọn, mục, phần.", required=True, words=ROWS),
        "key": Column("Khóa", explain="Lựa chọn, khóa của mục hoặc của phần.", width=28),
        "reached": Column("Từ mức", "number", "Chỉ cho dòng «Bậc»: từ mức này trở lên.", share=True),
        "fraction": Column("Tỷ lệ điểm", "number", "Phần của điểm tối đa, từ 0 đến 1 hoặc 0 % đến 100 %.", share=True),
        "label": Column("Tên hiển thị", width=30, explain="Tên của lựa chọn trên màn hình; để trống thì dùng khóa."),
        "label_en": Column("Tên tiếng Anh", width=24, explain="Không bắt buộc."),
        "input": Column("Số liệu", explain="Chỉ cho dòng «Tên lựa chọn»: số liệu mang lựa chọn này."),
        **RULE,
    },
    frozen=4,
)
ROW_USED: Mapping[str, tuple[str, ...]] = {
    "step": ("part", "reached", "fraction"),
    "option": ("part", "key", "fraction", "label", "label_en"),
    "item": ("part", "key", "fraction"),
    "part": ("key", "fraction", *RULE),
    "label": ("input", "key", "label", "label_en"),
}
"""Columns that each kind of row reads."""
ROW_NEEDED: Mapping[str, tuple[str, ...]] = {
    "step": ("reached", "fraction"),
    "option": ("key", "fraction"),
    "item": ("key", "fraction"),
    "part": ("key", "fraction", "rule"),
    "label": ("input", "key", "label"),
}
"""Columns that each kind of row cannot do without."""
RULE_ROWS: Mapping[str, str] = {"bands": "step", "choice": "option", "checklist": "item", "parts": "part"}
"""The kind of rows that a rule is made of."""

FORMS = (INFO, BANDS, GROUPS, CRITERIA, INPUTS, DETAILS)
GUIDE = "Hướng dẫn"

RULE_GUIDE: Mapping[str, str] = {
    "ratio": "Số liệu a và b. Điểm theo a ÷ b ÷ mức đạt điểm tối đa; càng thấp càng tốt thì theo 1 − a ÷ b.",
    "bands": "Điểm của bậc cao nhất đạt tới; các bậc xếp từ cao xuống thấp ở trang «Bậc và lựa chọn».",
    "choice": "Mỗi lựa chọn một tỷ lệ điểm, ở trang «Bậc và lựa chọn».",
    "checklist": "Cộng tỷ lệ điểm của các mục đã có; tổng không quá 1. Các mục ở trang «Bậc và lựa chọn».",
    "count": "Điểm theo số lượng chia cho mức đạt điểm tối đa, nhiều nhất là điểm tối đa.",
    "best_relative": "Điểm theo giá trị chia cho giá trị cao nhất của khối so sánh; không dùng cho cấp tỉnh.",
    "min_max": "Điểm theo vị trí giữa mốc thấp và mốc cao; cấp tỉnh phải ghi hai mốc.",
    "deadline": "Đúng hạn được điểm tối đa; mỗi ngày trễ giảm một phần.",
    "yes_no": "Có thì được điểm tối đa.",
    "judged": "Hội đồng cho điểm khi thẩm định, từ 0 đến điểm tối đa.",
    "parts": "Cộng các phần; mỗi phần có tỷ lệ điểm và cách chấm riêng, ở trang «Bậc và lựa chọn».",
}
