"""Every setting comes from the environment, is checked once, and is refused loudly: name, value and what would be right."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from terrier.errors import TerrierError

PREFIX = "TERRIER_"
SHORTEST_KEY = 50

Words = Annotated[tuple[str, ...], NoDecode]
"""Several words in one variable, separated by commas."""


class SettingError(TerrierError, ValueError):
    """Settings that cannot be used. Its text names each variable, its value and what would be right."""


class Environment(BaseSettings):
    """What an administrator can set. Each name is read from the environment as TERRIER_NAME (but DATABASE_URL)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, validate_default=True)

    home: Path = Field(default=Path("~/.terrier"), description="The one directory of data.")
    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    secret_key: SecretStr | None = None
    debug: bool = False
    demo: bool = False
    hosts: Words = ("localhost", "127.0.0.1", "[::1]")
    url: str = "http://127.0.0.1:8000"
    time_zone: str = "UTC"
    language: str = "en"
    import_days: int = Field(
        default=30, ge=1, le=3650, description="Days for which the rows and files of imports are kept."
    )
    hour_cost: Decimal | None = Field(
        default=None, gt=0, le=100_000, description="What an hour of service costs, calls and travel."
    )
    territory_cost: Decimal | None = Field(
        default=None, ge=0, le=10**9, description="What a territory costs a year, whatever it sells."
    )
    ledger: SecretStr = Field(
        default=SecretStr("duckdb"), description="The engine of sales figures; the ledger reads it itself."
    )
    email_url: SecretStr | None = Field(default=None, description="smtp://user:password@host:587?tls=true")
    email_from: str = "Terrier <terrier@localhost>"
    map_tiles: str = Field(default="", description="https://tiles.example.com/{z}/{x}/{y}.png")
    oidc_url: str | None = Field(default=None, description="The issuer of an OpenID Connect provider.")
    oidc_name: str = "Single sign-on"
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None

    @field_validator("hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return (
            tuple(word.strip() for word in value.split(",") if word.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("hosts")
    @classmethod
    def _some_host(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or any("/" in host or " " in host for host in value):
            raise ValueError("must be host names separated by commas, without http:// or paths")
        return value

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")) or value.count("/") > 2:
            raise ValueError("must be the address people type, such as https://terrier.example.com")
        return value

    @field_validator("map_tiles")
    @classmethod
    def _tile_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and not (
            parts.scheme in {"http", "https"}
            and parts.hostname
            and all(place in value for place in ("{z}", "{x}", "{y}"))
        ):
            raise ValueError("must be an address such as https://tiles.example.com/{z}/{x}/{y}.png")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"must have at least {SHORTEST_KEY} characters")
        return value

    @field_validator("ledger")
    @classmethod
    def _known_engine(cls, value: SecretStr) -> SecretStr:
        engine = value.get_secret_value()
        if engine != "duckdb" and not engine.startswith(("postgresql://", "postgres://", "spark://")):
            raise ValueError("must be duckdb, postgresql://user:password@host/database or spark://host:port")
        return value

    @field_validator("email_url")
    @classmethod
    def _mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            mail_server(value.get_secret_value())
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("must be a name such as America/Chicago")
        return value

    @field_validator("language")
    @classmethod
    def _known_language(cls, value: str) -> str:
        if value not in {"en", "it"}:
            raise ValueError("must be en or it")
        return value

    @model_validator(mode="after")
    def _whole_sign_on(self) -> Environment:
        given = [self.oidc_url, self.oidc_client_id, self.oidc_client_secret]
        if any(given) and not all(given):
            raise ValueError(
                "TERRIER_OIDC_URL, TERRIER_OIDC_CLIENT_ID and TERRIER_OIDC_CLIENT_SECRET go together"
            )
        return self

    @property
    def https(self) -> bool:
        """Whether people come by https; cookies are then for https alone."""
        return self.url.startswith("https://")

    def key(self) -> str:
        """The secret that signs sessions: the one given, or one made once and kept in the home directory."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        file = self.home / "secret-key"
        try:
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not file.exists():
                _write_key(file)
            return file.read_text()
        except OSError as error:
            raise SettingError(
                f"{PREFIX}HOME: must be a directory that can be made and written ({error.strerror}; found “{self.home}”)."
            ) from error


def _write_key(file: Path) -> None:
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass  # another process was quicker


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over. tls : after the greeting (STARTTLS); ssl : from the first byte."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    ssl: bool


def mail_server(url: str) -> MailServer:
    """What smtp://user:password@host:587?tls=true says; smtps:// is encrypted from the start. Raises ValueError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(
            "must be smtp://user:password@host:587?tls=true or smtps://user:password@host"
        ) from None
    options = parse_qs(parts.query)
    tls = options.pop("tls", ["false" if parts.username is None else "true"])[-1].lower()
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or options or tls not in {"true", "false"}:
        raise ValueError("must be smtp://user:password@host:587?tls=true or smtps://user:password@host")
    ssl = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=port or (465 if ssl else 587 if parts.username else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls == "true" and not ssl,
        ssl=ssl,
    )


def single_sign_on(environment: Environment) -> dict[str, Any]:
    """What allauth is to know of the company's OpenID Connect provider; nothing, where none is named."""
    if not (environment.oidc_url and environment.oidc_client_secret):
        return {}
    company = {
        "provider_id": "company",
        "name": environment.oidc_name,
        "client_id": environment.oidc_client_id,
        "secret": environment.oidc_client_secret.get_secret_value(),
        "settings": {"server_url": environment.oidc_url, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [company]}}


def read_environment() -> Environment:
    """What the environment says now.

    Raises SettingError that lists every bad or unknown variable.
    """
    wrong = [
        f"{name}: there is no such setting. Known are {', '.join(sorted(_names()))}."
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name not in _names()
    ]
    try:
        environment = Environment()
    except ValidationError as error:
        wrong += [_said(one) for one in error.errors()]
    if wrong:
        raise SettingError("\n".join(wrong))
    return environment


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(f"{PREFIX}{name.upper()}" for name in Environment.model_fields if name != "database_url")


def _said(one: Any) -> str:
    field = str(one["loc"][0]) if one["loc"] else ""
    problem = str(one["msg"]).removeprefix("Value error, ")
    if not field:
        return f"{problem}."
    name = field if field.isupper() else f"{PREFIX}{field.upper()}"
    secret = field in {
        "secret_key",
        "database_url",
        "DATABASE_URL",
        "email_url",
        "ledger",
        "oidc_client_secret",
    }
    return f"{name}: {problem}" + ("." if secret else f" (found “{os.environ.get(name, '')}”).")
