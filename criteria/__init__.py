"""Criteria sets as data: the model, the loader, the checker, and the reference sets of 2024."""

from criteria.loader import CriteriaSetError, Fault, Reading, load, read_file, read_text, sound_set
from criteria.model import CriteriaSet, Criterion, Group, Rule, Text, input_keys

__all__ = [
    "CriteriaSet",
    "CriteriaSetError",
    "Criterion",
    "Fault",
    "Group",
    "Reading",
    "Rule",
    "Text",
    "input_keys",
    "load",
    "read_file",
    "read_text",
    "sound_set",
]
