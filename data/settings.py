"""Where the data lies and who else may vouch for people, from the environment."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """`DTI_FOLDER`: folder of the working data. `DATABASE_URL`: another database than the SQLite file in it.

    `DTI_SECRET_KEY`: keys that seal what must not lie in the database in clear, separated by commas, instead of the file.
    `DTI_SCANNER`: command that looks for malware in the file whose path follows it, and ends with 0 when it finds none.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    database_url: str = ""
    dti_folder: Path = PROJECT_ROOT / "var"
    dti_scanner: str = ""
    dti_secret_key: SecretStr = SecretStr("")

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
    def secret_key_file(self) -> Path:
        """Where the key lies while the environment gives none; it need not be there."""
        return self.dti_folder.resolve() / "secret.key"

    @property
    def backup_folder(self) -> Path:
        """Where backups are put when no other folder is named."""
        return self.dti_folder.resolve() / "backup"


class OidcSettings(BaseSettings):
    """The identity provider that is a second door (OpenID Connect); without its address there is none.

    `OIDC_ISSUER`: its address. `OIDC_CLIENT_ID`, `OIDC_CLIENT_SECRET`: what it knows this application by.
    `OIDC_LABEL`: its name on the button. `OIDC_LINK_CLAIM`: the claim that ties somebody to an account the first time.
    `OIDC_MULTI_FACTOR`: values of `amr` and `acr`, separated by commas, that stand for our second factor.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="OIDC_", hide_input_in_errors=True)

    issuer: str = ""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    label: str = ""
    link_claim: str = "email"
    multi_factor: str = ""
