"""Where the data lies, from the environment."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """`DTI_FOLDER`: folder of the working data. `DATABASE_URL`: another database than the SQLite file in it.

    `DTI_SCANNER`: command that looks for malware in the file whose path follows it, and ends with 0 when it finds none.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: str = ""
    dti_folder: Path = PROJECT_ROOT / "var"
    dti_scanner: str = ""

    @property
    def url(self) -> URL:
        """The database's address; PostgreSQL addresses always with the psycopg driver.

        Raises sqlalchemy.exc.ArgumentError when `DATABASE_URL` is no address.
        """
        if not self.database_url:
            return URL.create("sqlite", database=str(self.dti_folder.resolve() / "dti.sqlite3"))
        url = make_url(self.database_url)
        return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgres", "postgresql") else url

    @property
    def evidence_folder(self) -> Path:
        """Where the files of the evidence lie; it need not be there."""
        return self.dti_folder.resolve() / "evidence"

    @property
    def backup_folder(self) -> Path:
        """Where backups are put when no other folder is named."""
        return self.dti_folder.resolve() / "backup"
