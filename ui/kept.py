"""What was worked out is kept for everybody: bounded, keyed by what was asked, worked out once at a time.

Streamlit's own caches hash every argument anew at every question, which takes a tenth of a page's time.
"""

from collections.abc import Callable, Hashable
from inspect import signature
from threading import Condition
from typing import ParamSpec, TypeVar

from cachetools import LRUCache, cached
from cachetools.keys import hashkey

_P = ParamSpec("_P")
_Found = TypeVar("_Found")
_all: list[tuple[LRUCache[Hashable, object], Condition]] = []


def kept(most: int) -> Callable[[Callable[_P, _Found]], Callable[_P, _Found]]:
    """Makes a function keep what it gave for the `most` questions that were asked last.

    Arguments are compared by value, so they are hashable; those whose name begins with an underscore are no part of
    the question. Whoever asks what is just being worked out waits for it. What is given is shared: it must be immutable.
    """

    def keeping(function: Callable[_P, _Found]) -> Callable[_P, _Found]:
        names = tuple(signature(function).parameters)
        asked = tuple(place for place, name in enumerate(names) if not name.startswith("_"))

        def question(*arguments: object) -> Hashable:
            return hashkey(*(arguments[place] for place in asked))

        cache, condition = LRUCache[Hashable, object](most), Condition()
        _all.append((cache, condition))
        return cached(cache, key=question, condition=condition)(function)

    return keeping


def forget_all() -> None:
    """Everything is worked out anew: the application works on another database."""
    for cache, condition in _all:
        with condition:
            cache.clear()
