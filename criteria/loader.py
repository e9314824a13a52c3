"""Reading a criteria set from YAML, with every fault as file:line."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from criteria.model import Band, CriteriaSet, Criterion, Group
from criteria.rules import Finding, Path, criterion_findings, group_findings
from criteria.yaml_tree import YamlFault, YamlTree, read_yaml
from language import _, format_number

_M = TypeVar("_M", bound=BaseModel)

LARGEST_SCALE = 1_000_000
"""Totals above this are no longer exact on the grid of 1e-9 point once they are summed and converted."""


@dataclass(frozen=True, order=True)
class Fault:
    """One fault: file, line from 1, code of the criterion or group it concerns, and a sentence."""

    file: str
    line: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.code}: {self.message}"


class CriteriaSetError(ValueError):
    """A criteria set that cannot be used, with all its faults."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Reading:
    """Outcome of reading a file: the set when there is no fault, the faults, and remarks that do not stop it."""

    criteria_set: CriteriaSet | None
    faults: tuple[Fault, ...]
    remarks: tuple[Fault, ...] = ()


_WORDS: dict[str, str] = {
    "missing": "thiếu khóa bắt buộc {key!r}.",
    "extra_forbidden": "khóa {key!r} không có trong mẫu bộ chỉ số; kiểm tra chính tả hoặc bỏ khóa này.",
    "string_type": "giá trị {value} phải là chữ; hãy đặt trong dấu ngoặc kép.",
    "string_too_short": "giá trị của {key!r} để trống; hãy điền nội dung.",
    "string_pattern_mismatch": "giá trị {value} của {key!r} có dấu cách hoặc dấu câu không dùng trong mã; chỉ dùng chữ, số, gạch nối (và dấu chấm trong mã chỉ số).",
    "string_too_long": "giá trị của {key!r} quá dài.",
    "finite_number": "giá trị {value} của {key!r} phải là một số hữu hạn.",
    "greater_than": "giá trị {value} của {key!r} phải lớn hơn {gt}.",
    "greater_than_equal": "giá trị {value} của {key!r} phải từ {ge} trở lên.",
    "less_than_equal": "giá trị {value} của {key!r} phải không quá {le}.",
    "literal_error": "giá trị {value} của {key!r} không được dùng; chỉ nhận {expected}.",
    "union_tag_invalid": "loại quy tắc {tag!r} không có; chỉ nhận {expected_tags}.",
    "union_tag_not_found": "quy tắc thiếu khóa 'type' cho biết loại quy tắc.",
    "too_short": "{key!r} để trống; cần ít nhất một mục.",
    "too_long": "{key!r} có quá nhiều mục.",
    "too_few": "{key!r} có quá ít mục.",
    "date_type": "giá trị {value} của {key!r} phải là ngày dạng năm-tháng-ngày, ví dụ 2024-12-15.",
}
_SHAPES = {
    "model_type": "nhóm khóa: giá trị",
    "model_attributes_type": "nhóm khóa: giá trị",
    "dict_type": "nhóm khóa: giá trị",
    "mapping_type": "nhóm khóa: giá trị",
    "tuple_type": "danh sách",
    "list_type": "danh sách",
    "int_type": "số nguyên",
    "float_type": "số",
    "bool_type": "true hoặc false",
}


def _show(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return format_number(value) if value == value and abs(value) != float("inf") else str(value)
    if isinstance(value, str):
        return f"'{value[:60]}'"
    return (
        _("để trống")
        if value is None
        else _("(một {kind})").format(kind=_("danh sách") if isinstance(value, list) else _("nhóm"))
    )


def _sentence(error: ErrorDetails, key: str) -> str:
    kind, value = error["type"], error["input"]
    if key == "code" and kind == "string_type" and isinstance(value, int | float):
        return _(
            'mã {value} không nằm trong dấu ngoặc kép nên bị đọc thành số; hãy đặt mã trong dấu ngoặc kép, ví dụ code: "4.10".'
        ).format(value=value)
    context: dict[str, Any] = {k: v for k, v in error.get("ctx", {}).items() if k != "error"}
    if kind == "missing" and error["loc"] and isinstance(error["loc"][-1], int):
        kind = "too_few"
    if kind in _WORDS:
        return _(_WORDS[kind]).format(**{"key": key, "value": _show(value), **context})
    if kind in _SHAPES:
        return _("giá trị {value} của {key!r} không đúng dạng; ở đây cần {shape}.").format(
            value=_show(value), key=key, shape=_(_SHAPES[kind])
        )
    return _("giá trị {value} của {key!r} không hợp lệ.").format(value=_show(value), key=key)


def _model_faults(data: object, model: type[BaseModel], tree: YamlTree) -> Iterator[Finding]:
    """Faults of shape, each with its path in the file; one per place even where a union was tried several times."""
    try:
        model.model_validate(data)
    except ValidationError as error:
        seen: set[tuple[Path, str]] = set()
        for detail in error.errors(include_url=False):
            path: Path = ()
            for part in detail["loc"]:
                if (*path, part) in tree.lines:
                    path = (*path, part)
            last = detail["loc"][-1] if detail["loc"] else ""
            if detail["type"] == "too_short" and len(detail["input"]) >= detail.get("ctx", {})["min_length"]:
                continue  # pydantic counts sound items only; the faults of the others are reported by themselves
            key = (
                str(last)
                if detail["type"] in ("missing", "extra_forbidden") and isinstance(last, str)
                else str(next((p for p in reversed(path) if isinstance(p, str)), last))
            )
            if detail["type"] == "int_type" and any(
                d["type"] == "float_type" and d["input"] is detail["input"] for d in error.errors()
            ):
                continue
            sentence = _sentence(detail, key)
            if (path, sentence) not in seen:
                seen.add((path, sentence))
                yield path, sentence


def _valid(model: type[_M], data: object) -> _M | None:
    try:
        return model.model_validate(data)
    except ValidationError:
        return None


def _band_findings(bands: tuple[Band, ...]) -> Iterator[Finding]:
    for i, (upper, lower) in enumerate(pairwise(bands)):
        if lower.reached >= upper.reached:
            yield (
                ("bands", i + 1, "from"),
                _(
                    "xếp loại từ {lower} điểm đứng sau xếp loại từ {upper} điểm; xếp loại phải xếp từ cao xuống thấp."
                ).format(lower=format_number(lower.reached), upper=format_number(upper.reached)),
            )


def _dicts(value: object, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    items = value.get(key) if isinstance(value, dict) else None
    if isinstance(items, list):
        yield from ((i, item) for i, item in enumerate(items) if isinstance(item, dict))


def _content_findings(data: dict[str, Any]) -> Iterator[Finding]:
    """Faults beyond shape, for every part of the file whose shape is sound."""
    seen: dict[str, str] = {}
    level = data.get("level")
    bands = [_valid(Band, b) for b in data.get("bands") or ()] if isinstance(data.get("bands"), list) else []
    scale = data.get("scale")
    if isinstance(scale, int | float) and scale > LARGEST_SCALE:
        yield (
            ("scale",),
            _("thang điểm {scale} vượt quá 1.000.000, giới hạn để điểm còn tính được chính xác.").format(
                scale=_show(scale)
            ),
        )
    if all(bands):
        yield from _band_findings(tuple(b for b in bands if b))
    for i, raw_group in _dicts(data, "groups"):
        here: Path = ("groups", i)
        for path, code, what in [
            ((*here, "code"), raw_group.get("code"), _("nhóm")),
            *(
                ((*here, "criteria", j, "code"), raw.get("code"), _("chỉ số"))
                for j, raw in _dicts(raw_group, "criteria")
            ),
        ]:
            if isinstance(code, str):
                if code in seen or code == "TOTAL":
                    yield (
                        path,
                        _("mã {code!r} bị lặp (đã dùng cho {what}); mỗi nhóm, mỗi chỉ số cần một mã riêng.").format(
                            code=code, what=seen.get(code, _("tổng điểm"))
                        ),
                    )
                seen.setdefault(code, what)
        head = _valid(Group, {**raw_group, "criteria": [_PLACEHOLDER]})
        if head is None:
            continue
        for path, message in group_findings(head):
            yield (*here, *path), message
        for j, raw in _dicts(raw_group, "criteria"):
            criterion = _valid(Criterion, raw)
            if criterion is not None and level in ("province", "department", "district", "commune"):
                for path, message in criterion_findings(criterion, head, level):
                    yield (*here, "criteria", j, *path), message


def _huge_numbers(value: object, path: Path = ()) -> Iterator[Finding]:
    """Whole numbers that no float can hold: they would break every later comparison."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _huge_numbers(item, (*path, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _huge_numbers(item, (*path, i))
    elif isinstance(value, int) and abs(value) > sys.float_info.max:
        yield (
            path,
            _("số có {n} chữ số không đọc được; hãy viết số thập phân thông thường.").format(n=len(str(abs(value)))),
        )


_PLACEHOLDER = {"code": "x", "name": "x", "max_points": 0, "rule": {"type": "yes_no"}}


def _remarks(criteria_set: CriteriaSet) -> Iterator[Finding]:
    for i, group in enumerate(criteria_set.groups):
        for j, criterion in enumerate(group.criteria):
            if criterion.source is None:
                yield (
                    ("groups", i, "criteria", j),
                    _("chỉ số chưa ghi nguồn (source); hãy ghi văn bản và điều khoản để giải trình được điểm."),
                )


def _node(data: object, path: Path) -> str:
    """Code of the innermost group or criterion on the path, else the set's id, else `-`."""
    code = data.get("id") if isinstance(data, dict) else None
    value: Any = data
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(value, dict) and part != "rule" and isinstance(value.get("code"), str | int | float):
            code = value["code"]
    return str(code) if isinstance(code, str | int | float) else "-"


def read_text(text: str, file: str) -> Reading:
    """The criteria set in a YAML text, or every fault with its line. `file` is the name shown in faults."""
    try:
        tree = read_yaml(text)
    except YamlFault as fault:
        return Reading(None, (Fault(file, fault.line, "-", fault.message),))
    return read_tree(tree, file)


@lru_cache(maxsize=16)
def sound_set(text: str, file: str) -> CriteriaSet:
    """The criteria set in a text that ought to be sound, read once. `file` is the name shown in faults.

    Raises CriteriaSetError with every fault.
    """
    reading = read_text(text, file)
    if reading.criteria_set is None:
        raise CriteriaSetError(reading.faults)
    return reading.criteria_set


def read_tree(tree: YamlTree, file: str) -> Reading:
    """The criteria set in plain data, or every fault at the line that the tree gives its path."""
    data = tree.data
    if not isinstance(data, dict):
        return Reading(
            None,
            (Fault(file, 1, "-", _("tệp không phải là một bộ chỉ số; cần các khóa id, level, year, groups.")),),
        )

    def faults(findings: Iterator[Finding]) -> Iterator[Fault]:
        for path, message in findings:
            yield Fault(file, tree.line(path), _node(data, path), message)

    if huge := tuple(faults(_huge_numbers(data))):
        return Reading(None, huge)
    repeated = (
        Fault(
            file,
            line,
            _node(data, path),
            _("khóa {key!r} viết hai lần trong cùng một nhóm; hãy bỏ bớt một.").format(key=path[-1]),
        )
        for path, line in tree.repeated
    )
    found = sorted({*repeated, *faults(_model_faults(data, CriteriaSet, tree)), *faults(_content_findings(data))})
    if found:
        return Reading(None, tuple(found))
    criteria_set = CriteriaSet.model_validate(data)
    return Reading(criteria_set, (), tuple(faults(_remarks(criteria_set))))


def read_file(path: FilePath) -> Reading:
    """Like read_text, of a file in UTF-8 (a byte-order mark is accepted)."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return Reading(None, (Fault(str(path), line, "-", _("tệp không phải UTF-8; hãy lưu lại dạng văn bản UTF-8.")),))
    except OSError as error:
        return Reading(
            None,
            (Fault(str(path), 1, "-", _("không mở được tệp ({reason}).").format(reason=error.strerror)),),
        )
    return read_text(text, str(path))


def load(path: FilePath) -> CriteriaSet:
    """The criteria set of a file. Raises CriteriaSetError with every fault."""
    reading = read_file(path)
    if reading.criteria_set is None:
        raise CriteriaSetError(reading.faults)
    return reading.criteria_set
