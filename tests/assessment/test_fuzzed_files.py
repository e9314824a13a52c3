"""Two hundred spoilt workbooks and CSVs: each is refused with sentences or gives what was put into it, in bounded memory."""

import json
import subprocess
import sys
from collections import Counter

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module", params=[968])
def ended(request: pytest.FixtureRequest) -> list[tuple[str, str, str]]:
    """Kind, end and fault of every file, read in a process whose memory is bounded."""
    command = [sys.executable, "-m", "tests.assessment.fuzzed_files", str(request.param)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return [tuple(one) for one in json.loads(done.stdout)["files"]]


def test_every_file_is_refused_with_sentences_or_read_rightly(ended: list[tuple[str, str, str]]) -> None:
    assert [(kind, end, fault) for kind, end, fault in ended if fault] == []


def test_there_are_two_hundred_files_of_every_kind_and_both_ends(ended: list[tuple[str, str, str]]) -> None:
    assert len(ended) >= 200
    kinds = Counter(kind.partition(":")[0] for kind, _end, _fault in ended)
    assert set(kinds) == {"hostile", "typed values", "structure", "damaged", "figures"}
    ends = Counter(end for _kind, end, _fault in ended)
    assert set(ends) == {"refused", "read"}
    assert min(ends.values()) > 30
