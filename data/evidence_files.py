"""The files of the evidence: named by what is in them, outside everything that is served, put in place whole."""

import hashlib
import os
import re
import shlex
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from data.backup_file import file_hash, sync_folder
from data.settings import Settings

SCAN_SECONDS = 120
"""Longest that the scanner may take over a file."""
_NAME = re.compile(r"[0-9a-f]{64}")


class ScannerError(RuntimeError):
    """The scanner could not be run or did not end in time."""


@dataclass(frozen=True, slots=True)
class EvidenceFiles:
    """Where the files lie, and the command that looks for malware, empty for none."""

    folder: Path
    scanner: str = ""

    def path(self, sha256: str) -> Path:
        """Where the file with this content lies, or would lie."""
        return self.folder / sha256[:2] / sha256

    def receive(self, content: bytes) -> Path:
        """Writes the content to a new file beside the folder, on the disk when this returns; the caller removes it.

        Beside it, because all that lies in the folder is backed up. Raises OSError.
        """
        beside = self.folder.with_name(f"{self.folder.name}-incoming")
        beside.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=beside)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Path(name)

    def is_clean(self, path: Path) -> bool:
        """Whether the scanner finds nothing in a file; without a scanner every file is clean. Raises ScannerError."""
        if not self.scanner:
            return True
        command = [*shlex.split(self.scanner, posix=os.name == "posix"), str(path)]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SCAN_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ScannerError(str(error)) from error
        return done.returncode == 0

    def put(self, source: Path, sha256: str) -> None:
        """Moves a received file to its place in one step; one that is there already, and whole, stays.

        To be called under the lock of the evidence, in the transaction that names the file. Raises OSError.
        """
        target = self.path(sha256)
        if target.is_file() and file_hash(target) == sha256:
            return
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        source.replace(target)
        sync_folder(target.parent)
        sync_folder(self.folder)

    def stored(self) -> frozenset[str]:
        """Hashes of the files that are there."""
        return frozenset(p.name for p in self.folder.glob("??/*") if _NAME.fullmatch(p.name))

    def discard(self, sha256: str) -> None:
        """Removes a file for good. To be called under the lock of the evidence."""
        self.path(sha256).unlink(missing_ok=True)


def evidence_files(settings: Settings) -> EvidenceFiles:
    """The files of an installation."""
    return EvidenceFiles(settings.evidence_folder, settings.dti_scanner)


def content_hash(content: bytes) -> str:
    """The name of a file with this content."""
    return hashlib.sha256(content).hexdigest()
