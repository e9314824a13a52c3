"""Safe reading of YAML that remembers the line of every key and item."""

import datetime as dt
import re
from dataclasses import dataclass

import yaml

from language import _

Path = tuple[str | int, ...]

MAX_BYTES = 5_000_000
MAX_DEPTH = 30


@dataclass(frozen=True)
class YamlFault(Exception):
    """A file that is no YAML we accept: the line (from 1) and what is wrong."""

    line: int
    message: str


@dataclass(frozen=True)
class YamlTree:
    """Plain data, the line (from 1) of every key or item by its path, and the keys that stand twice."""

    data: object
    lines: dict[Path, int]
    repeated: tuple[tuple[Path, int], ...]

    def line(self, path: Path) -> int:
        """Line of the deepest part of the path that the file has; 1 for the whole file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


_BASE: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C where the library has one: ten times faster on a catalogue."""


class _Loader(_BASE):
    """SafeLoader with the scalars of YAML 1.2: `yes` is a word, 1e-3 is a number, 010 is ten."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":null", ":timestamp", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ),
    list("-+.0123456789"),
)


def _scalar(node: yaml.ScalarNode) -> object:
    text, tag, line = node.value, node.tag.rpartition(":")[2], node.start_mark.line + 1
    if tag == "str":
        return text
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    if tag in ("int", "float"):
        try:
            return int(text) if tag == "int" else float(text.replace(".inf", "inf").replace(".nan", "nan"))
        except (ValueError, OverflowError):
            raise YamlFault(
                line, _("số {text!r} không đọc được; hãy viết số thập phân thông thường.").format(text=text)
            ) from None
    if tag == "timestamp":
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise YamlFault(
                line,
                _("ngày {text!r} không đúng; hãy viết theo dạng năm-tháng-ngày, ví dụ 2024-12-15.").format(text=text),
            ) from None
    raise YamlFault(
        line,
        _("nhãn YAML {tag!r} không được dùng; chỉ dùng chữ, số và ngày thông thường.").format(tag=node.tag),
    )


def read_yaml(text: str) -> YamlTree:
    """Data and lines of one YAML document. Raises YamlFault for broken syntax, tags, aliases and oversized files."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise YamlFault(1, _("tệp lớn hơn 5 MB; một bộ chỉ số không lớn như vậy."))
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):
                raise YamlFault(
                    event.start_mark.line + 1,
                    _("tham chiếu *{name} không được dùng; hãy viết nội dung ra đầy đủ.").format(name=event.anchor),
                )
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlFault(
            mark.line + 1 if mark else 1,
            _("tệp không đúng cú pháp YAML ({problem}); kiểm tra thụt dòng, dấu ngoặc và dấu hai chấm.").format(
                problem=error.problem or error.context
            ),
        ) from None
    except yaml.YAMLError as error:
        raise YamlFault(
            1, _("tệp không đọc được ({problem}); hãy lưu dạng văn bản UTF-8.").format(problem=error)
        ) from None
    except RecursionError:
        raise YamlFault(1, _("tệp lồng quá sâu; một bộ chỉ số không có hơn {n} tầng.").format(n=MAX_DEPTH)) from None
    lines: dict[Path, int] = {}
    repeated: list[tuple[Path, int]] = []

    def build(node: yaml.Node, path: Path) -> object:
        lines.setdefault(path, node.start_mark.line + 1)
        if len(path) > MAX_DEPTH:
            raise YamlFault(
                node.start_mark.line + 1,
                _("tệp lồng quá sâu; một bộ chỉ số không có hơn {n} tầng.").format(n=MAX_DEPTH),
            )
        if isinstance(node, yaml.MappingNode):
            result: dict[object, object] = {}
            for key_node, value_node in node.value:
                if not isinstance(key_node, yaml.ScalarNode):
                    raise YamlFault(
                        key_node.start_mark.line + 1, _("khóa phải là một từ, không phải danh sách hay nhóm.")
                    )
                key = _scalar(key_node)
                step = key if isinstance(key, str | int) and not isinstance(key, bool) else str(key)
                if key in result:
                    repeated.append(((*path, step), key_node.start_mark.line + 1))
                lines.setdefault((*path, step), key_node.start_mark.line + 1)
                result[key] = build(value_node, (*path, step))
            return result
        if isinstance(node, yaml.SequenceNode):
            return [build(item, (*path, i)) for i, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        raise YamlFault(node.start_mark.line + 1, _("kiểu nội dung này không được dùng trong bộ chỉ số."))

    return YamlTree(build(root, ()) if root is not None else None, lines, tuple(repeated))
