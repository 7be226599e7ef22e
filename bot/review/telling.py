"""Telling staff, by webhook and e-mail, that something new waits or waits too long. Tried again until it is taken."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import ssl
import time
import urllib.request
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from http.client import HTTPException
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog

from bot.review.model import REASONS
from bot.settings import Settings
from bot.store import notices
from bot.store.database import Database
from bot.store.items import Item

TIMEOUT = 10
MOST_ATTEMPTS = 10
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
HEADS = {"new": "새 질문 {}건이 답변을 기다립니다", "overdue": "질문 {}건이 오래 기다리고 있습니다"}
_log = structlog.get_logger("elbi")


class Teller:
    """Sends what is due; one worker does, beside the requests."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database

    @property
    def channels(self) -> list[str]:
        """The ways that are set up."""
        ways = {"webhook": self._settings.webhook_url, "mail": self._settings.mail_server}
        return [name for name, given in ways.items() if given]

    def tick(self) -> int:
        """Notes what is to be told and tells what is due; how many messages went out."""
        if not self.channels:
            return 0
        with self._database.write() as connection:
            overdue_before = time.time() - self._settings.overdue_hours * 3600
            notices.prepare(connection, self.channels, overdue_before)
            due = notices.due(connection)
        sent = 0
        for (kind, channel), rows in due.items():
            problem = self._send(kind, channel, [item for _, item in rows])
            with self._database.write() as connection:
                notices.done(connection, [number for number, _ in rows], problem, MOST_ATTEMPTS)
            sent += not problem
            if problem:
                _log.warning("notice.failed", channel=channel, reason=problem)
        return sent

    def _send(self, kind: str, channel: str, items: Sequence[Item]) -> str:
        """Tells of some items; returns what went wrong, or an empty text."""
        try:
            (self._webhook if channel == "webhook" else self._mail)(kind, items)
        except (OSError, HTTPException, ValueError) as error:  # those of smtplib and urllib are OSErrors
            return f"{type(error).__name__}: {error}"[:300]
        return ""

    def _webhook(self, kind: str, items: Sequence[Item]) -> None:
        body = json.dumps(
            {"kind": kind, "sent_at": time.time(), "items": [self._told(each) for each in items]},
            ensure_ascii=False,
        ).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "elbi"}
        if self._settings.webhook_secret:
            signature = hmac.new(self._settings.webhook_secret.encode(), body, hashlib.sha256).hexdigest()
            headers["X-Elbi-Signature"] = f"sha256={signature}"
        request = urllib.request.Request(self._settings.webhook_url, body, headers, method="POST")
        with urllib.request.urlopen(request, timeout=TIMEOUT):
            pass

    def _mail(self, kind: str, items: Sequence[Item]) -> None:
        server = urlsplit(self._settings.mail_server)
        secure = ssl.create_default_context()  # the server's certificate is checked
        where = server.hostname or "localhost", server.port or PORTS[server.scheme]
        with (
            smtplib.SMTP_SSL(*where, timeout=TIMEOUT, context=secure)
            if server.scheme == "smtps"
            else smtplib.SMTP(*where, timeout=TIMEOUT)
        ) as smtp:
            if server.scheme == "smtp+starttls":
                smtp.starttls(context=secure)
            if server.username:
                smtp.login(unquote(server.username), unquote(server.password or ""))
            smtp.send_message(self._message(kind, items))

    def _message(self, kind: str, items: Sequence[Item]) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = "[엘비] " + HEADS[kind].format(len(items))
        message["From"] = self._settings.mail_from
        message["To"] = ", ".join(self._settings.mail_to)
        message["Date"] = formatdate(localtime=True)
        message["Message-ID"] = make_msgid(domain="elbi")
        message["Auto-Submitted"] = "auto-generated"  # no holiday notes in return
        lines = [
            f"#{each['id']} {each['text']} ({each['reason_label']}, {each['askers']}명)\n{each['url']}"
            for each in map(self._told, items)
        ]
        message.set_content("\n\n".join(lines))
        return message

    def _told(self, item: Item) -> dict[str, Any]:
        return {
            "id": item.id,
            "text": item.text,
            "reason": item.reason,
            "reason_label": REASONS[item.reason],
            "askers": item.askers,
            "state": item.state,
            "first_asked_at": item.first_asked_at,
            "url": f"{self._settings.public_url.rstrip('/')}/staff/queue/{item.id}",
        }
