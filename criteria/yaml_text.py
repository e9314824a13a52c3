"""A criteria set as clean YAML that reads back equal: defaults left out, short parts on one line, long texts folded."""

from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from criteria.model import CriteriaSet, Text

WIDTH = 110
_LONG = 90
_ONE_LINE = 90
_BLOCKS = {"id", "groups", "code"}
"""Keys of the set, a group or a criterion, which are never written on one line."""
_ALWAYS = ("version", "status")
"""Fields that a reader of the file looks for even when they are the default."""


class _Dumper(yaml.SafeDumper):
    """SafeDumper with lists indented under their key, as the packaged sets are written."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        """Always: the form has no references."""
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if len(text) > _LONG and text.isprintable() and "  " not in text and text == text.strip():
        style = ">"
    elif not text[:1].isalpha():
        # Our reader takes more words for numbers than the YAML library does.
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_mapping(dumper: yaml.SafeDumper, mapping: Mapping[str, Any]) -> yaml.MappingNode:
    flow = not _BLOCKS & set(mapping) and _length(mapping) <= _ONE_LINE
    return dumper.represent_mapping("tag:yaml.org,2002:map", mapping.items(), flow_style=flow)


def _represent_list(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.SequenceNode:
    listed = any(isinstance(item, dict) and {"code", "name", "document"} & set(item) for item in items)
    return dumper.represent_sequence(
        "tag:yaml.org,2002:seq", items, flow_style=not listed and _length(items) <= _ONE_LINE
    )


def _length(value: object) -> int:
    """About how many characters a value takes on one line."""
    if isinstance(value, dict):
        return sum(_length(key) + _length(item) + 4 for key, item in value.items())
    if isinstance(value, list):
        return sum(_length(item) + 2 for item in value)
    return len(str(value))


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(dict, _represent_mapping)
_Dumper.add_representer(list, _represent_list)


def _is_default(value: object, field: FieldInfo) -> bool:
    """Whether leaving the field out gives this very value: 1 is not 1.0."""
    default = field.get_default(call_default_factory=True)
    return type(value) is type(default) and value == default


def _plain(value: object) -> Any:
    """A value of the model as plain data, without what is the default anyway."""
    if isinstance(value, Text) and value.en is None:
        return value.vi
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {
            field.alias or name: _plain(getattr(value, name))
            for name, field in fields.items()
            if field.is_required() or name in _ALWAYS or not _is_default(getattr(value, name), field)
        }
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def to_yaml(criteria_set: CriteriaSet) -> str:
    """The set as YAML text, in its own order; read_text gives an equal set back."""
    data = _plain(criteria_set)
    groups = {"groups": data.pop("groups")}
    options: dict[str, Any] = {"Dumper": _Dumper, "allow_unicode": True, "sort_keys": False, "width": WIDTH}
    return yaml.dump(data, **options) + "\n" + yaml.dump(groups, **options)
