"""A mail server: enough of SMTP (RFC 5321), STARTTLS and AUTH for a client that means it."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Mailbox:
    """What a mail server takes and how it behaves; may be changed while it runs."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)  # of each message: whether it came over TLS
    login: tuple[str, str] | None = None  # asked for where it is given
    refuses: bytes = b""  # the reply to RCPT instead of a yes
    hangs: bool = False  # takes connections and says nothing
    tls: ssl.SSLContext | None = None
    at_once: bool = False  # TLS from the first byte (smtps), not by STARTTLS


@contextmanager
def receiving(box: Mailbox) -> Iterator[Mailbox]:
    """A server on a free loopback port."""

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads, allow_reuse_address = True, True

        def handle_error(self, *_: object) -> None: ...  # a client that hung up

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            _converse(box, self.request)

    with Server(("127.0.0.1", 0), Handler) as server:
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield box
        server.shutdown()


def certificate(folder: Path, names: tuple[str, ...] = ("localhost",)) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS with a certificate of its own, and the file a client trusts it by."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.datetime.now(datetime.timezone.utc)
    alternatives = [*map(x509.DNSName, names), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "server.pem", folder / "server.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public


def _converse(box: Mailbox, client: socket.socket) -> None:
    if box.hangs:
        time.sleep(30)
        return
    if box.at_once and box.tls:
        client = box.tls.wrap_socket(client, server_side=True)
    secure, known = box.at_once, box.login is None
    stream = client.makefile("rwb")

    def say(*lines: bytes) -> None:
        stream.write(b"".join(line + b"\r\n" for line in lines))
        stream.flush()

    say(b"220 mailbox")
    while line := stream.readline():
        command, _, rest = line.strip().partition(b" ")
        verb = command.upper()
        if verb == b"EHLO":
            offers = [b"STARTTLS"] if box.tls and not secure else [b"AUTH PLAIN"] if box.login else []
            say(b"250-mailbox", *(b"250-" + each for each in offers), b"250 SIZE 1000000")
        elif verb == b"STARTTLS" and box.tls:
            say(b"220 go on")
            client = box.tls.wrap_socket(client, server_side=True)
            secure, stream = True, client.makefile("rwb")
        elif verb == b"AUTH" and box.login:
            given = base64.b64decode(rest.split()[1]).decode().split("\0")[1:]
            known = tuple(given) == box.login
            say(b"235 welcome" if known else b"535 5.7.8 authentication failed")
        elif verb == b"RCPT" and (box.refuses or not known):
            say(box.refuses or b"530 5.7.0 authentication required")
        elif verb == b"DATA":
            say(b"354 go on")
            body = b""
            while (part := stream.readline()) != b".\r\n":
                body += part.removeprefix(b".") if part.startswith(b"..") else part
            box.taken.append(message_from_bytes(body, policy=policy.default))
            box.secured.append(secure)
            say(b"250 taken")
        elif verb == b"QUIT":
            say(b"221 goodbye")
            return
        else:
            say(b"250 fine")
