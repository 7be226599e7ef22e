"""The portal's signed token: which are believed, and that all others are refused."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.api.support import SECRET, claims, open_session, refused, signed, web
from tests.conftest import free_port, serving
from tests.site import Site

NOW = int(time.time())


def test_right_token(portal: Site) -> None:
    opened = open_session(portal, signed(name="이둘", company="둘전자")).json()
    assert (opened["mode"], opened["name"], opened["company"]) == ("member", "이둘", "둘전자")


def test_name_and_company_may_be_missing(portal: Site) -> None:
    response = open_session(portal, signed(name=None, company=None, business_number=None))
    assert response.status_code == 201
    assert response.json()["mode"] == "member"


@pytest.mark.parametrize("claim", ["sub", "iss", "aud", "iat", "exp"])
def test_missing_claim(portal: Site, claim: str) -> None:
    refused(open_session(portal, signed(**{claim: None})), 401, "invalid_token")


def wrong_tokens() -> dict[str, str]:
    now = int(time.time())
    header, payload, signature = signed().split(".")
    other = signed(sub="somebody-else").split(".")[1]
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return {
        "another secret": signed(SECRET + "!"),
        "payload exchanged": f"{header}.{other}.{signature}",
        "signature cut off": f"{header}.{payload}.",
        "no algorithm": jwt.encode(claims(), None, algorithm="none"),
        "no algorithm, signature kept": f"{none}.{payload}.{signature}",
        "another algorithm": jwt.encode(claims(), SECRET * 2, algorithm="HS512"),
        "another audience": signed(aud="partnercampus"),
        "another issuer": signed(iss="someone"),
        "audience list without us": signed(aud=["a", "b"]),
        "not yet": signed(nbf=now + 3600),
        "issued in the future": signed(iat=now + 3600, exp=now + 7200),
        "sub empty": signed(sub=""),
        "sub too long": signed(sub="s" * 5000),
        "no token at all": "abc",
        "dots": "..",
        "Hangul": "토큰",
    }


@pytest.mark.parametrize("name", list(wrong_tokens()))
def test_wrong_token(portal: Site, name: str) -> None:
    refused(open_session(portal, wrong_tokens()[name]), 401, "invalid_token")


@pytest.mark.parametrize(
    "times",
    [
        {"iat": NOW - 400, "exp": NOW - 100},
        {"iat": NOW - 86400, "exp": NOW - 86100},
        {"iat": NOW - 1800, "exp": NOW + 3600},  # still valid, but issued longer than five minutes ago
        {"iat": 0, "exp": NOW + 3600},
    ],
    ids=["expired", "expired yesterday", "older than five minutes", "issued in 1970"],
)
def test_old_token(portal: Site, times: dict[str, int]) -> None:
    refused(open_session(portal, signed(**times)), 401, "expired_token")


@pytest.mark.parametrize(
    "odd",
    [
        {"iat": "yesterday"},
        {"exp": "tomorrow"},
        {"iat": -1e400},
        {"exp": 1e400},
        {"iat": True},
        {"sub": 7},
        {"iat": [1]},
    ],
    ids=str,
)
def test_odd_claims_are_refused_and_break_nothing(portal: Site, odd: dict[str, Any]) -> None:
    response = open_session(portal, signed_raw(claims() | odd))
    assert response.status_code == 401, response.text
    assert refused(response, 401)["code"] in ("invalid_token", "expired_token")


def test_odd_names_are_taken_as_none(portal: Site) -> None:
    response = open_session(
        portal, signed_raw(claims() | {"name": 5, "company": None, "business_number": []})
    )
    assert response.status_code == 201
    assert response.json()["name"] == ""


def test_a_session_is_no_token_and_a_token_no_session(portal: Site) -> None:
    token = signed()
    session = open_session(portal, token).json()["session"]
    refused(open_session(portal, session), 401, "invalid_token")
    refused(web.get(f"{portal.url}/api/v1/best", headers={"Authorization": f"Bearer {token}"}), 401)


def test_nothing_of_a_token_is_logged(portal: Site) -> None:
    token = signed(name="로그에없는이름", sub="not-in-the-log")
    open_session(portal, token)
    open_session(portal, token[:-2])
    log = portal.log.read_text(encoding="utf-8")
    for secret in (token, token.split(".")[2], "로그에없는이름", "not-in-the-log", SECRET):
        assert secret not in log


def signed_raw(payload: dict[str, Any]) -> str:
    """A rightly signed token whose claims PyJWT would not write."""
    return jwt.api_jws.encode(json.dumps(payload).encode(), SECRET, algorithm="HS256")


class Portal:
    """A portal's keys, served as a JWKS on loopback."""

    def __init__(self) -> None:
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        keys = [
            jwt.algorithms.RSAAlgorithm.to_jwk(self.rsa.public_key(), as_dict=True)
            | {"kid": "r", "use": "sig"},
            jwt.algorithms.ECAlgorithm.to_jwk(self.ec.public_key(), as_dict=True)
            | {"kid": "e", "use": "sig"},
        ]
        body = json.dumps({"keys": keys}).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self.handler, self.port = Handler, free_port()
        self.url = f"http://127.0.0.1:{self.port}/jwks.json"

    def start(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), self.handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def public_pem(self) -> bytes:
        return self.rsa.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, algorithm: str = "RS256", kid: str | None = "r", key: Any = None, **changed: Any) -> str:
        key = key or {"RS256": self.rsa, "ES256": self.ec}[algorithm]
        return jwt.encode(claims(**changed), key, algorithm, headers={"kid": kid} if kid else None)


@pytest.fixture(scope="module")
def keys() -> Iterator[Portal]:
    made = Portal()
    yield made
    if hasattr(made, "server"):
        made.server.shutdown()
        made.server.server_close()


@pytest.fixture(scope="module")
def by_jwks(keys: Portal, tmp_path_factory: pytest.TempPathFactory, model_dir: Path) -> Iterator[Site]:
    with serving(
        tmp_path_factory.mktemp("jwks"), model_dir, demo=False, ELBI_MEMBER_JWT_JWKS_URL=keys.url
    ) as running:
        yield running


def test_keys_that_cannot_be_fetched_are_no_fault_of_the_member(by_jwks: Site, keys: Portal) -> None:
    """Comes first here: the portal's key server is not up yet."""
    response = open_session(by_jwks, keys.sign())
    refused(response, 503, "unavailable")
    assert open_session(by_jwks).status_code == 201  # guests are served all the while
    keys.start()
    assert open_session(by_jwks, keys.sign()).status_code == 201
    assert int(response.headers["Retry-After"]) >= 1


def test_tokens_by_jwks(by_jwks: Site, keys: Portal) -> None:
    for token in (keys.sign(), keys.sign("ES256", "e")):
        response = open_session(by_jwks, token)
        assert response.status_code == 201, response.text
        assert response.json()["mode"] == "member"


def test_wrong_tokens_by_jwks(by_jwks: Site, keys: Portal) -> None:
    now = int(time.time())
    foreign = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    wrong = {
        "another key under our id": keys.sign(key=foreign),
        "an id that is not ours": keys.sign(kid="x"),
        "no key id": keys.sign(kid=None, key=foreign),
        # HMAC with the public key as the secret: the classic confusion of algorithms
        "public key as secret": confused(keys.public_pem(), "r"),
        "shared secret": signed(),
        "no algorithm": jwt.encode(claims(), None, algorithm="none", headers={"kid": "r"}),
        "another algorithm of the same key": jwt.encode(claims(), keys.rsa, "RS512", headers={"kid": "r"}),
        "wrong audience": keys.sign(aud="x"),
        "wrong issuer": keys.sign(iss="x"),
        "no sub": keys.sign(sub=None),
        "not a token": "x.y.z",
    }
    for name, token in wrong.items():
        response = open_session(by_jwks, token)
        assert (name, response.status_code) == (name, 401)
        refused(response, 401, "invalid_token")
    for old in (keys.sign(iat=now - 900, exp=now + 900), keys.sign(iat=now - 900, exp=now - 600)):
        refused(open_session(by_jwks, old), 401, "expired_token")


def confused(secret: bytes, kid: str) -> str:
    import hashlib
    import hmac

    def encoded(data: bytes) -> bytes:
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    head = encoded(json.dumps({"alg": "HS256", "typ": "JWT", "kid": kid}).encode())
    signing = head + b"." + encoded(json.dumps(claims()).encode())
    return (signing + b"." + encoded(hmac.new(secret, signing, hashlib.sha256).digest())).decode()
