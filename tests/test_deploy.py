"""deploy/: what can be said of it without Docker. tests/hosts runs nginx.conf and make-secrets themselves."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import FILE, Settings
from tests.conftest import ROOT
from tests.test_docs import SETTINGS

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
HOSTS = [name for name in SERVICES if name.startswith("elbi")]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")


def test_the_hosts_are_alike() -> None:
    one, other = (dict(SERVICES[name]) for name in HOSTS)
    one.pop("build")
    assert [each.pop("volumes")[:2] for each in (one, other)] == [["./faq:/srv/elbi/faq", "models:/srv/elbi/models"]] * 2  # fmt: skip
    assert one == other
    assert "ports" not in one  # X-Forwarded-For is believed: nobody but nginx may reach it


@pytest.mark.parametrize("name", HOSTS)
def test_every_setting_is_one_and_every_secret_is_there(name: str) -> None:
    service = SERVICES[name]
    for variable, value in service["environment"].items():
        if variable.startswith("ELBI_"):
            assert variable.removesuffix(FILE) in SETTINGS, variable
            if variable.endswith(FILE):
                assert value.removeprefix("/run/secrets/") in service["secrets"], variable


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_needs_is_declared(name: str) -> None:
    service = SERVICES[name]
    assert set(service.get("depends_on", {})) <= set(SERVICES)
    for secret in service.get("secrets", ()):
        assert COMPOSE["secrets"][secret]["file"] == f"./secrets/{secret}"
    for volume in service.get("volumes", ()):
        source = volume.split(":")[0]
        assert source in COMPOSE["volumes"] or source in ("./faq", "./nginx.conf"), volume
    assert service["restart"] == "unless-stopped"
    assert "healthcheck" in service or "HEALTHCHECK" in DOCKERFILE and name in HOSTS
    registry, _, _ = service["image"].partition("/")
    assert registry == service["image"], "a registry is named"


def test_make_secrets_makes_all_of_them(tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    script = tmp_path / "make-secrets"
    script.write_bytes((DEPLOY / "make-secrets").read_bytes())

    def run() -> dict[str, str]:
        subprocess.run(["sh", str(script), "elbi.example"], check=True, timeout=60)
        return {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}

    made = run()
    assert run() == made  # again: what is there stays
    assert set(made) == set(COMPOSE["secrets"])
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    files = {f"ELBI_{name.upper()}{FILE}": str(tmp_path / "secrets" / name) for name in ("database_url", "member_jwt_secret")}  # fmt: skip
    settings = Settings.from_env({**files, f"ELBI_SECRET{FILE}": str(tmp_path / "secrets" / "elbi_secret")})
    assert made["database_password"] in settings.database_url
    assert settings.member_jwt_secret == made["member_jwt_secret"]


def test_nginx_asks_the_hosts_that_are_there() -> None:
    assert re.findall(r"server (elbi-\d+):8000", NGINX) == HOSTS
    assert set(re.findall(r"/run/secrets/(\w+)", NGINX)) <= set(SERVICES["nginx"]["secrets"])


def test_the_image_has_what_it_serves() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert source.split("/")[0] not in ignored, source
    options = re.search(r"^CMD \[(.+)\]$", DOCKERFILE, re.M)
    assert options
    command = [word.strip(' "') for word in options[1].split(",")]
    assert command[0] == "serve"
    assert {word for word in command if word.startswith("--")} <= set(
        re.findall(r"--[a-z]+", CliRunner().invoke(app, ["serve", "--help"]).output)
    )
    variables = re.findall(r"\b(ELBI_[A-Z_]+)=", DOCKERFILE)
    assert variables and set(variables) <= set(SETTINGS)


def test_the_readme_names_every_part() -> None:
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    for name in (*SERVICES, *COMPOSE["volumes"], *COMPOSE["secrets"]):
        assert re.search(rf"`{re.escape(name)}", text), name
    assert set(re.findall(r"\b(ELBI_[A-Z_]*[A-Z])\b", text)) <= {
        *SETTINGS,
        *(each + FILE for each in SETTINGS),
    }
