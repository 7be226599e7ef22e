"""The description at /api/v1/openapi.json: valid, complete, and true of what the server answers."""

from __future__ import annotations

import re
import uuid
from typing import Any

import jsonschema
import pytest

from tests.api.support import routes, web
from tests.site import API, Person, Site

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document(site: Site) -> dict[str, Any]:
    response = web.get(f"{site.url}{API}/openapi.json")
    assert response.status_code == 200
    return response.json()


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), API + path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def test_every_route_is_described_and_every_description_is_a_route(document: dict[str, Any]) -> None:
    served = {(method, path) for method, path in routes(demo=True) if path.startswith(API)}
    assert operations(document).keys() == served


def test_form(document: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.0\.\d", document["openapi"])
    assert document["info"]["title"] and document["info"]["version"]
    assert document["servers"] == [{"url": API}]
    schemes = document["components"]["securitySchemes"]
    for (_, path), operation in operations(document).items():
        assert operation["summary"]
        assert operation["responses"]
        for response in operation["responses"].values():
            assert response["description"]
        named = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))
        assert all(each["required"] for each in operation.get("parameters", ()) if each["in"] == "path")
        for needed in operation.get("security", document["security"]):
            assert needed.keys() <= schemes.keys()


def test_schemas_are_schemas_and_references_lead_somewhere(document: dict[str, Any]) -> None:
    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                target: Any = document
                for part in value["$ref"].removeprefix("#/").split("/"):
                    target = target[part]
            if isinstance(value.get("required"), list):
                properties = value.get("properties", {})
                assert set(value["required"]) <= properties.keys(), value
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(document)
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft4Validator.check_schema(schema)


def test_what_needs_no_session_is_said(document: dict[str, Any], site: Site) -> None:
    for (method, path), operation in operations(document).items():
        response = web.request(
            method, site.url + re.sub(r"{\w+}", "x", path), json={} if method == "POST" else None
        )
        needs_session = operation.get("security", document["security"]) != []
        assert (response.status_code == 401) == needs_session, (method, path)


def test_refusals_are_as_described(document: dict[str, Any], guest: Person) -> None:
    for response in (guest.http.get("/faq/x"), guest.http.get("/nothing"), guest.send("")):
        validate(document, document["components"]["schemas"]["Error"], response.json())


def test_answers_are_as_described(document: dict[str, Any], site: Site) -> None:
    problems: set[str] = set()

    def check(
        document: dict[str, Any], visitor: Person, method: str, path: str, route: str = "", **body: Any
    ) -> Any:
        response = visitor.http.request(method, path, json=body or None)
        assert response.is_success, response.text
        schema = answer_schema(document, method, route or path, response.status_code)
        problems.update(
            f"{method} {route or path}: {each}" for each in mismatches(document, schema, response.json())
        )
        return response.json()

    for visitor in (site.guest(), site.member()):
        for text in ("안녕하세요", "가입방법", "휴대폰 인증 불가", "도움말", "베스트", "신규 콘텐츠", "To 엘비", "계약", "오늘 날씨",
                     "우리 회사 가입 진행 상태"):  # fmt: skip
            check(document, visitor, "POST", "/messages", id=str(uuid.uuid4()), text=text)
        check(document, visitor, "POST", "/questions", text="어디에 물어보나요")
        check(document, visitor, "POST", "/messages/seen", seq=1)
        check(document, visitor, "POST", "/questions", text="어디에 물어보나요", about="signup-how")
        check(document, visitor, "POST", "/feedback", faq_id="signup-how", helpful=True, comment="좋아요")
        token = check(document, visitor, "POST", "/shares", faq_id="signup-how")["token"]
        check(document, visitor, "GET", f"/shares/{token}", route="/shares/{token}")
        check(document, visitor, "GET", "/faq/signup-how", route="/faq/{faq_id}")
        for path in (
            "/messages",
            "/suggestions?q=%EA%B0%80",
            "/faq?q=%EA%B0%80%EC%9E%85",
            "/best",
            "/updated",
            "/help",
            "/questions",
        ):
            check(document, visitor, "GET", path, route=path.split("?")[0])
    opened = web.post(f"{site.url}{API}/sessions", json={}).json()
    validate(document, answer_schema(document, "POST", "/sessions", 201), opened)
    assert not problems, "\n".join(sorted(problems))


def answer_schema(document: dict[str, Any], method: str, route: str, status: int) -> dict[str, Any]:
    answer = document["paths"][route][method.lower()]["responses"][str(status)]
    return answer["content"]["application/json"]["schema"]


def validate(document: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    assert not mismatches(document, schema, value)


def mismatches(document: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    """What a value has otherwise than described; a field that is not described is one as well."""
    resolver = jsonschema.RefResolver.from_schema(document)
    errors = jsonschema.Draft4Validator(schema, resolver=resolver).iter_errors(value)
    wrong = [f"{'/'.join(map(str, error.path))}: {error.message[:100]}" for error in errors]
    return wrong + [f"{at} is not described" for at in sorted(set(unknown(document, schema, value)))]


def unknown(document: dict[str, Any], schema: dict[str, Any], value: Any, at: str = "") -> list[str]:
    properties, items = described(document, schema)
    if isinstance(value, dict) and properties:
        found = [f"{at}/{name}" for name in value if name not in properties]
        for name, inner in value.items():
            if name in properties:
                found += unknown(document, properties[name], inner, f"{at}/{name}")
        return found
    if isinstance(value, list) and items:
        return [each for inner in value for each in unknown(document, items, inner, at + "[]")]
    return []


def described(
    document: dict[str, Any], schema: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    if "$ref" in schema:
        return described(document, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    properties = dict(schema.get("properties", {}))
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
        properties |= described(document, part)[0]
    return properties, schema.get("items")
