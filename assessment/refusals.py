"""What is refused, with every reason at once."""

from collections.abc import Sequence


class RefusedError(ValueError):
    """What cannot be done. `faults` are whole sentences for the user; nothing has changed."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class MovedOnError(RefusedError):
    """A step that is not open any more: it was taken already, or another one."""
