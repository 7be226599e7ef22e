"""Staff as they use the pages: a browser's cookies and forms, over plain HTTP."""

from __future__ import annotations

import html
import re
import secrets
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.site import Site

SESSION, FORM = "__Host-elbi_staff", "__Host-elbi_sign_in"
ROLES = ("viewer", "editor", "publisher", "admin")


class Staff:
    """Somebody at the staff pages, signed in or not. Cookies are kept by hand: they are Secure, and this is loopback."""

    def __init__(self, site: Site, address: str = "") -> None:
        self.site = site
        self.cookies: dict[str, str] = {}
        self.login = ""
        self._csrf = ("", "")  # a session and its token
        headers = {"X-Forwarded-For": address} if address else {}
        self.http = httpx.Client(base_url=site.url, timeout=60, headers=headers, verify=False)

    def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        headers = dict(arguments.pop("headers", {}))
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.http.cookies.clear()
        response = self.http.request(method, path, headers=headers, **arguments)
        for line in response.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value = rest.split(";")[0].strip('"')
            if "Max-Age=0" in line:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return response

    def get(self, path: str, **arguments: Any) -> httpx.Response:
        return self.request("GET", path, **arguments)

    def page(self, path: str) -> str:
        """A page that must be there."""
        response = self.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code} {words(response.text)[:300]}"
        return response.text

    def post(self, path: str, form: dict[str, Any] | None = None, **arguments: Any) -> httpx.Response:
        """Sends a form with this session's token, as the pages' own forms do."""
        sent = {"csrf": self.csrf(), **(form or {})}
        return self.request("POST", path, data=sent, **arguments)

    def csrf(self) -> str:
        session = self.cookies.get(SESSION, "")
        if self._csrf[0] != session or not session:
            self._csrf = session, token_in(self.page("/staff/account"))
        return self._csrf[1]

    def sign_in(self, login: str, password: str, **form: str) -> httpx.Response:
        self.login = login
        token = token_in(self.get("/staff/sign-in").text)
        sent = {"login": login, "password": password, "csrf": token, **form}
        return self.request("POST", "/staff/sign-in", data=sent)

    def done(self, response: httpx.Response) -> httpx.Response:
        """What must have been done: the answer sends on to a page that says so."""
        assert response.status_code == 303, f"{response.status_code} {words(response.text)[:400]}"
        return response


def token_in(text: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found, words(text)[:300]
    return found[1]


def fields(text: str, action: str) -> dict[str, str]:
    """The fields of the page's form with an action, as a browser would send them untouched."""
    reader = _Form(action)
    reader.feed(text)
    assert reader.found, f"no form with the action {action}"
    return reader.values


def words(text: str) -> str:
    """A page's words without its markup."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<(style|script)[^>]*>.*?</\1>|<[^>]+>", " ", text)))


def demo_admin(site: Site) -> Staff:
    """The demo's admin, by what the sign-in page says."""
    admin = Staff(site)
    login, password = re.findall(r"<code>([^<]+)</code>", admin.get("/staff/sign-in").text)[:2]
    admin.done(admin.sign_in(html.unescape(login), html.unescape(password)))
    return admin


def add(admin: Staff, role: str, name: str = "") -> tuple[str, str]:
    """A new account of a role: login and password."""
    login, password = f"{role}-{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    form = {"login": login, "name": name or f"{role} 직원", "role": role, "password": password}
    admin.done(admin.post("/staff/people", form))
    return login, password


def signed_in(site: Site, admin: Staff, role: str, name: str = "") -> Staff:
    """A new account of a role, signed in."""
    someone = Staff(site)
    someone.done(someone.sign_in(*add(admin, role, name)))
    return someone


class _Form(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.found, self.values = action, False, {}
        self._inside, self._select, self._area = False, "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = values.get("action") == self.action and values.get("method") == "post"
            self.found |= self._inside
        if not self._inside:
            return
        name = values.get("name", "")
        if tag == "input" and (values.get("type") not in ("checkbox", "radio") or "checked" in values):
            self.values[name] = values.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and (self._select not in self.values or "selected" in values):
            self.values[self._select] = values.get("value", "")
        elif tag == "textarea":
            self._area = name
            self.values[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.values[self._area] = self.values[self._area].removeprefix("\n")
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._inside = False
