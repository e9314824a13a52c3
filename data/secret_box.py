"""What must not lie in the database in clear: sealed with a key that lies neither in the database nor in its backups."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from filelock import FileLock

from data.backup_file import sync_folder
from data.settings import Settings
from language import _

_SEALED = "gAAAA"
"""How everything begins that Fernet makes: its version, and the first bits of a time before the year 2242."""


class SecretKeyError(ValueError):
    """Why something cannot be sealed or opened, as a sentence that names no secret."""


def is_sealed(text: str) -> bool:
    """Whether a text is sealed. No secret in base 32 looks so: it has no small letters."""
    return text.startswith(_SEALED)


@dataclass(frozen=True, slots=True)
class SecretBox:
    """Seals texts and opens them with the keys of an installation: the first one seals, each of them opens.

    given: keys from the environment, separated by commas. Without them `file` holds them, one a line; it is made when
    the first text is sealed, readable by its owner alone.
    """

    file: Path
    given: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """Where the keys are kept."""
        return "DTI_SECRET_KEY" if self.given else str(self.file)

    def seal(self, text: str) -> str:
        """The text as it may lie in the database. Raises SecretKeyError for keys that are no keys, OSError."""
        if not self.given:
            self._make()
        return self._keys().encrypt(text.encode()).decode()

    def opened(self, stored: str) -> str:
        """The text that was sealed; one that never was, from before texts were sealed, as it is.

        Raises SecretKeyError when no key opens it, or there is none.
        """
        if not is_sealed(stored):
            return stored
        try:
            return self._keys().decrypt(stored).decode()
        except InvalidToken:
            raise SecretKeyError(_("Không có khóa bí mật nào của máy chủ mở được nội dung đã mã hóa.")) from None

    def _keys(self) -> MultiFernet:
        try:
            text = self.given.replace(",", " ") or self.file.read_text(encoding="ascii")
            return MultiFernet([Fernet(key) for key in text.split()])
        except (OSError, ValueError):
            raise SecretKeyError(
                _(
                    "Khóa bí mật của máy chủ (DTI_SECRET_KEY hoặc tệp secret.key) không có, không đọc được hoặc không đúng "
                    "dạng; đề nghị người quản trị máy chủ đặt lại khóa."
                )
            ) from None

    def _make(self) -> None:
        """Makes the file with a new key unless it is there; whoever comes at the same time waits."""
        if self.file.exists():
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self.file}.lock"):
            if self.file.exists():
                return
            part = self.file.with_name(f".{self.file.name}.part")
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(Fernet.generate_key() + b"\n")
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(self.file)
            sync_folder(self.file.parent)


def secret_box(settings: Settings) -> SecretBox:
    """The keys of an installation."""
    return SecretBox(settings.secret_key_file, settings.dti_secret_key.get_secret_value())
