"""The backup file: a zip with the database, the evidence and a manifest that says what they are and how to know them.

The hashes find damage and careless changes, not a forger: whoever can write the file can write its manifest too.
"""

import datetime as dt
import hashlib
import json
import os
import tomllib
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from data.settings import PROJECT_ROOT
from language import _

DatabaseKind = Literal["sqlite", "postgresql"]
PRODUCT = "dti-br-vt"
MANIFEST = "manifest.json"
EVIDENCE = "evidence/"
"""What the paths of the evidence begin with."""
DATABASE_MEMBERS: Mapping[DatabaseKind, str] = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
MOST_MANIFEST_BYTES = 256 * 1024**2
_CHUNK = 1024**2
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What reading a damaged, foreign or encrypted zip raises."""


class BackupRefusedError(ValueError):
    """Why there is no backup, or why one cannot be restored, as a sentence. Nothing has changed."""


def _safe_path(path: str) -> str:
    """The path itself. Raises ValueError for one that could lead out of the folder it is unpacked in."""
    for part in path.split("/"):
        if part in ("", ".", "..") or set(part) & {"\\", ":"} or not part.isprintable():
            raise ValueError(path)
    return path


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Value):
    """One file of a backup."""

    path: Annotated[str, AfterValidator(_safe_path)]
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Manifest(_Value):
    """What a backup is. revision: of the schema, None for a database without tables; version: of the product."""

    format: Literal[1] = 1
    product: Literal["dti-br-vt"] = "dti-br-vt"
    version: str
    created_at: AwareDatetime
    database: DatabaseKind
    revision: Annotated[str, Field(pattern=r"^[0-9A-Za-z_]{1,40}$")] | None
    members: tuple[Member, ...]

    @property
    def database_member(self) -> Member:
        """The database's file."""
        return next(m for m in self.members if m.path == DATABASE_MEMBERS[self.database])

    @property
    def evidence(self) -> tuple[Member, ...]:
        """The files of the evidence."""
        return tuple(m for m in self.members if m.path.startswith(EVIDENCE))


def product_version() -> str:
    """The version of the product, as its project file says."""
    return tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for chunk in _chunks(stream):
            digest.update(chunk)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Returns once a rename in the folder outlives a power cut."""
    # Elsewhere a folder cannot be opened, and a rename needs no such help.
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def _add(archive: zipfile.ZipFile, path: str, source: Path, compression: int) -> Member:
    """Copies a file into the archive; size and hash are those of what was copied, whatever happens to the file."""
    digest, size = hashlib.sha256(), 0
    entry = zipfile.ZipInfo(path)
    entry.compress_type, entry.external_attr = compression, 0o600 << 16
    with source.open("rb") as stream, archive.open(entry, "w", force_zip64=True) as copy:
        for chunk in _chunks(stream):
            digest.update(chunk)
            size += len(chunk)
            copy.write(chunk)
    return Member(path=path, size=size, sha256=digest.hexdigest())


def _evidence_members(archive: zipfile.ZipFile, evidence: Iterable[tuple[str, Path]]) -> Iterator[Member]:
    for path, source in evidence:
        try:
            _safe_path(path)
        except ValueError:
            raise BackupRefusedError(
                _(
                    "Tài liệu kiểm chứng {file!r} có tên không sao lưu được: tên không được có dấu \\, dấu hai chấm hay ký "
                    "tự điều khiển. Hãy đổi tên tệp rồi sao lưu lại."
                ).format(file=path)
            ) from None
        try:
            yield _add(archive, path, source, zipfile.ZIP_STORED)
        except FileNotFoundError:
            # Removed by its owner since the folder was listed.
            continue


def write_backup_file(
    target: Path,
    *,
    created_at: dt.datetime,
    kind: DatabaseKind,
    revision: str | None,
    database: Path,
    evidence: Iterable[tuple[str, Path]],
) -> Manifest:
    """Writes a backup and reads it back; gives its manifest.

    evidence: paths inside the backup and the files. Raises BackupRefusedError when what is read back is not what was
    written, or a file has a name that cannot be restored; OSError when it cannot be written.
    """
    # Password hashes lie in it: readable by its owner only, from the first byte on.
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "w+b") as stream:
        with zipfile.ZipFile(stream, "w") as archive:
            # A dump of PostgreSQL is compressed already; so are most documents.
            compression = zipfile.ZIP_DEFLATED if kind == "sqlite" else zipfile.ZIP_STORED
            members = [_add(archive, DATABASE_MEMBERS[kind], database, compression)]
            members.extend(_evidence_members(archive, evidence))
            manifest = Manifest(
                version=product_version(),
                created_at=created_at,
                database=kind,
                revision=revision,
                members=tuple(members),
            )
            archive.writestr(MANIFEST, manifest.model_dump_json(indent=1), zipfile.ZIP_DEFLATED)
        stream.flush()
        os.fsync(stream.fileno())
    with open_backup(target) as backup:
        backup.check()
    return manifest


@dataclass(frozen=True, slots=True)
class BackupFile:
    """An open backup whose manifest fits its list of files."""

    path: Path
    manifest: Manifest
    archive: zipfile.ZipFile

    def _read(self, member: Member) -> Iterator[bytes]:
        """The member's bytes. Raises BackupRefusedError when they are not those that were backed up."""
        digest, size = hashlib.sha256(), 0
        try:
            with self.archive.open(member.path) as stream:
                for chunk in _chunks(stream):
                    size += len(chunk)
                    if size > member.size:
                        break
                    digest.update(chunk)
                    yield chunk
        except _DAMAGED:
            raise self._changed(member) from None
        if size != member.size or digest.hexdigest() != member.sha256:
            raise self._changed(member)

    def _changed(self, member: Member) -> BackupRefusedError:
        return BackupRefusedError(
            _(
                "{file}: tệp {member} trong bản sao lưu không còn như lúc sao lưu (khác kích thước hoặc mã SHA-256); bản sao "
                "lưu đã hỏng hoặc bị sửa. Hãy dùng một bản sao lưu khác."
            ).format(file=self.path, member=member.path)
        )

    def check(self) -> None:
        """Reads every file. Raises BackupRefusedError for the first that is not as it was backed up."""
        for member in self.manifest.members:
            for _chunk in self._read(member):
                pass

    def extract(self, member: Member, target: Path) -> None:
        """Writes a file to `target`, under another name until it is whole. Raises as `check` does, and OSError."""
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name[:100]}.part")
        try:
            with part.open("wb") as stream:
                for chunk in self._read(member):
                    stream.write(chunk)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def _foreign(path: Path) -> BackupRefusedError:
    return BackupRefusedError(
        _(
            "{file} không phải bản sao lưu của phần mềm này, hoặc đã bị cắt, hỏng. Hãy dùng một bản sao lưu khác."
        ).format(file=path)
    )


def _manifest_text(archive: zipfile.ZipFile) -> bytes:
    with archive.open(MANIFEST) as stream:
        text = stream.read(MOST_MANIFEST_BYTES + 1)
    if len(text) > MOST_MANIFEST_BYTES:
        raise ValueError(MANIFEST)
    return text


def _manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        text = _manifest_text(archive)
        found = json.loads(text)
        if isinstance(found, dict) and found.get("product") == PRODUCT and found.get("format", 1) != 1:
            raise BackupRefusedError(
                _(
                    "{file}: bản sao lưu theo định dạng {found}, bản phần mềm này chỉ đọc được định dạng 1. "
                    "Hãy khôi phục bằng bản phần mềm đã lập nó hoặc mới hơn."
                ).format(file=path, found=found["format"])
            )
        return Manifest.model_validate_json(text)
    except BackupRefusedError:
        raise
    except (KeyError, *_DAMAGED):
        raise _foreign(path) from None


def _refuse_unlisted(archive: zipfile.ZipFile, manifest: Manifest, path: Path) -> None:
    """The zip must hold what the manifest lists, no more and no less, each once."""
    found = sorted(archive.namelist())
    listed = sorted((MANIFEST, *(m.path for m in manifest.members)))
    fitting = {DATABASE_MEMBERS[manifest.database], *(m.path for m in manifest.evidence)}
    strange = sorted({*found} ^ {*listed}) or [
        name for name in listed if found.count(name) > 1 or listed.count(name) > 1
    ]
    strange = strange or sorted({m.path for m in manifest.members} ^ fitting)
    if strange:
        raise BackupRefusedError(
            _(
                "{file}: danh sách tệp trong bản sao lưu không khớp với bản kê (tệp đầu tiên: {name}); bản sao lưu đã hỏng "
                "hoặc bị sửa. Hãy dùng một bản sao lưu khác."
            ).format(file=path, name=strange[0])
        )


@contextmanager
def open_backup(path: Path) -> Iterator[BackupFile]:
    """An open backup. Its files are not read yet: `check` does that.

    Raises BackupRefusedError for a file that is no backup, is cut off, has a newer format, or lists other files than it
    holds; OSError when it cannot be read.
    """
    with path.open("rb") as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except _DAMAGED:
            raise _foreign(path) from None
        with archive:
            manifest = _manifest(archive, path)
            _refuse_unlisted(archive, manifest, path)
            yield BackupFile(path, manifest, archive)
