"""Shared by all tests: the packages of this checkout come first, whatever pytest was started with."""

import sys
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

# How fast a case runs says nothing about whether it is right: speed is measured by `make bench`.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
