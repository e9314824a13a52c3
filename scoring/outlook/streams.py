"""Random numbers in named streams: each is used up row by row, so that the size of blocks changes nothing."""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What a stream is drawn for. The numbers are part of what a seed means; they are never given again."""

    SPACINGS = 0
    PLACES = 1
    COMMON = 2
    OWN = 3
    OURS = 4
    CUT = 5


class Streams:
    """Generators by purpose, and by year where one purpose has one a year; all follow from one seed."""

    def __init__(self, seed: int) -> None:
        if seed < 0:
            raise ValueError(f"seed = {seed}: a whole number of at least 0 is expected.")
        self._seed = seed
        self._open: dict[tuple[int, ...], np.random.Generator] = {}

    def __getitem__(self, key: Stream | tuple[Stream, int]) -> np.random.Generator:
        """The generator of a purpose, where it was left."""
        path = (int(key),) if isinstance(key, Stream) else (int(key[0]), key[1])
        if path not in self._open:
            sequence = np.random.SeedSequence(self._seed, spawn_key=path)
            self._open[path] = np.random.Generator(np.random.SFC64(sequence))
        return self._open[path]
