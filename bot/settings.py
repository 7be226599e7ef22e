"""Settings: the only reader of the environment. Every variable begins with ELBI_ and is listed in the README."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import SettingsError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
PREFIX = "ELBI_"
FILE = "_FILE"  # behind a variable's name: it names a file that holds the value, as secrets are handed to containers


@dataclass(frozen=True)
class Settings:
    """What can be set from outside; a field `x_y` is the variable `ELBI_X_Y`, or `ELBI_X_Y_FILE` names a file with it."""

    database_url: str = ""  # SQLAlchemy URL; empty = SQLite in the state directory
    portal_database_url: str = ""  # onboarding records are read there instead of in our database
    secret: str = ""  # seals what forms hold between turns; empty = made once, kept in the state directory
    state_dir: Path = PROJECT_ROOT / "var"
    faq_dir: Path = PROJECT_ROOT / "data" / "faq"
    nlu_dir: Path = PROJECT_ROOT / "data" / "nlu"
    model_dir: Path = PROJECT_ROOT / "models"
    encoder: str = "use+e5"  # sentence encoders: USE, and e5 for what it leaves in doubt; or use | off
    link_hosts: tuple[str, ...] = ("www.kefci.com",)  # hosts an answer may link to
    allowed_origins: tuple[str, ...] = ()  # other sites that may call the API and frame the chat page
    public_url: str = ""  # address in share links; empty = the request's own host
    member_jwt_secret: str = ""  # HS256, at least 32 bytes
    member_jwt_jwks_url: str = ""  # RS256/ES256
    member_jwt_issuer: str = "partnerplus"
    member_jwt_audience: str = "elbi"
    session_hours: int = 12
    guest_days: int = 30  # a guest who has written to staff is known in that browser this long
    conversation_days: int = 180  # kept this long after the last turn
    messages_per_minute: int = 30  # per session
    sessions_per_minute: int = 60  # per address
    sign_ins_per_minute: int = 10  # of staff, per address
    redis_url: str = ""  # shared rate counters; empty = each process counts for itself
    proxies: int = 0  # reverse proxies in front of us whose X-Forwarded-For is believed
    overdue_hours: int = 24  # a question that waits longer than this waits too long
    settle_seconds: int = 120  # without a further change before the model is learnt anew
    unopened_minutes: int = 10  # after a list until it counts as one nothing was opened of
    webhook_url: str = ""  # told when a question waits, or waits too long
    webhook_secret: str = ""  # signs what it is told (HMAC-SHA256)
    mail_server: str = ""  # smtp://host:25, smtp+starttls://user:password@host:587 or smtps://…
    mail_from: str = ""
    mail_to: tuple[str, ...] = ()
    log_level: str = "INFO"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Settings from ELBI_… variables; raises SettingsError naming the variable."""
        environ = os.environ if environ is None else environ
        known = {PREFIX + field.name.upper(): field for field in fields(cls)}
        values = {}
        for name, raw in environ.items():
            if name.startswith(PREFIX) and raw != "":
                plain = name.removesuffix(FILE)
                if plain not in known:
                    raise SettingsError(f"{name}: no such setting; the README lists them")
                if plain != name:
                    if environ.get(plain):
                        raise SettingsError(f"{plain} and {name}: set one of them, not both")
                    raw = _content(name, raw)
                values[known[plain].name] = _convert(name, raw, known[plain].type)
        settings = cls(**values)
        settings._check()
        return settings

    def _check(self) -> None:
        for name in (
            "session_hours",
            "guest_days",
            "conversation_days",
            "messages_per_minute",
            "sessions_per_minute",
            "sign_ins_per_minute",
            "overdue_hours",
            "settle_seconds",
            "unopened_minutes",
        ):
            if getattr(self, name) < 1:
                raise SettingsError(f"{PREFIX}{name.upper()}: must be 1 or more")
        if self.encoder not in ("use+e5", "use", "off"):
            raise SettingsError(f"ELBI_ENCODER: {self.encoder!r} is not 'use+e5', 'use' or 'off'")
        if self.secret and len(self.secret.encode()) < 32:
            raise SettingsError("ELBI_SECRET: shorter than 32 bytes; use a longer random value")
        if self.member_jwt_secret and len(self.member_jwt_secret.encode()) < 32:
            raise SettingsError("ELBI_MEMBER_JWT_SECRET: shorter than 32 bytes; use a longer random value")
        if self.member_jwt_secret and self.member_jwt_jwks_url:
            raise SettingsError(
                "ELBI_MEMBER_JWT_SECRET and ELBI_MEMBER_JWT_JWKS_URL: set one of them, not both"
            )
        if self.webhook_url and not self.webhook_url.startswith(("http://", "https://")):
            raise SettingsError("ELBI_WEBHOOK_URL: not an http(s) address")
        if bool(self.mail_server) != bool(self.mail_to) or (self.mail_to and not self.mail_from):
            raise SettingsError("ELBI_MAIL_SERVER, ELBI_MAIL_FROM and ELBI_MAIL_TO: set all three, or none")
        if self.mail_server:
            _check_mail_server(self.mail_server)
        if self.redis_url and urlsplit(self.redis_url).scheme not in ("redis", "rediss", "unix"):
            raise SettingsError("ELBI_REDIS_URL: write redis://, rediss:// (TLS) or unix://")
        if self.log_level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise SettingsError(f"ELBI_LOG_LEVEL: {self.log_level!r} is not DEBUG, INFO, WARNING or ERROR")

    @property
    def store_url(self) -> str:
        """The database's SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{self.state_dir / 'elbi.db'}"

    @property
    def members_enabled(self) -> bool:
        """Whether the portal's tokens can be checked at all."""
        return bool(self.member_jwt_secret or self.member_jwt_jwks_url)


def share_metrics(directory: Path) -> None:
    """Has prometheus_client count in files that worker processes share; it looks when it is imported, so call this before."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(directory)


def _check_mail_server(address: str) -> None:
    """Raises SettingsError for what is no mail server's address, and where it would send a password in the clear."""
    try:
        server = urlsplit(address)
        fits = server.scheme in ("smtp", "smtp+starttls", "smtps") and server.port != 0 and server.hostname
    except ValueError:
        fits = None
    if not fits:
        raise SettingsError("ELBI_MAIL_SERVER: write smtp://, smtp+starttls:// or smtps://host:port")
    if server.username and server.scheme == "smtp":
        raise SettingsError("ELBI_MAIL_SERVER: a password needs smtp+starttls:// or smtps://")


def _content(name: str, path: str) -> str:
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}: {path} cannot be read ({error})") from error


def _convert(name: str, raw: str, kind: str) -> object:
    if kind == "int":
        if not raw.isascii() or not raw.isdigit():
            raise SettingsError(f"{name}: {raw!r} is not a whole number")
        return int(raw)
    if kind == "Path":
        return Path(raw).expanduser()
    if kind.startswith("tuple"):
        return tuple(part.strip() for part in raw.split(",") if part.strip())
    return raw
