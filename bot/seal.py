"""What must not be readable in the database: values sealed with a key that lies elsewhere, and digests made with it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from bot.errors import SettingsError

_NAME = "secret.key"


class Seal:
    """Seals JSON values (Fernet: AES-128-CBC with HMAC-SHA256) and makes keyed digests (HMAC-SHA256)."""

    def __init__(self, secret: str | None = None) -> None:
        """`secret` is shared by all that must read each other's seals; without one, nobody else can."""
        key = (secret or secrets.token_urlsafe(32)).encode()
        self._fernet = Fernet(base64.urlsafe_b64encode(hmac.digest(key, b"elbi seal", hashlib.sha256)))
        self._digests = hmac.digest(key, b"elbi digest", hashlib.sha256)

    def close(self, value: Any) -> str:
        """The value, unreadable without the secret."""
        return self._fernet.encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()

    def open(self, sealed: str, *, seconds: int) -> Any:
        """The value, or None where it was sealed with another secret or more than `seconds` ago."""
        try:
            return json.loads(self._fernet.decrypt(sealed.encode(), ttl=seconds))
        except InvalidToken:
            return None

    def digest(self, *parts: str) -> str:
        """Tells equal values from others; what they are cannot be found by trying, as it could from a bare hash."""
        return hmac.new(self._digests, "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def shared_secret(given: str, state_dir: Path) -> str:
    """The secret of the settings, else the one in the state directory, made at the first start."""
    if given:
        return given
    path = state_dir / _NAME
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{_NAME}.{secrets.token_hex(4)}")
        if not path.exists():
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(32))
            try:
                os.link(fresh, path)  # whole or not at all, and only where nobody was first
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be made or read ({error}). Set ELBI_SECRET instead.") from error
