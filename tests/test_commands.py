"""The command `elbi`, as people run it."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.faq.fields import EntryFields
from bot.faq.loader import load
from bot.faq.model import Content
from bot.review.intake import Intake
from bot.store import revisions, visitors
from bot.store.database import Database
from bot.visitor import Visitor
from tests.conftest import ELBI, ROOT, environment, free_port
from tests.faq.writing import document, entry, write
from tests.test_docs import commands

pytestmark = pytest.mark.timeout(300)


def elbi(*arguments: object, timeout: float = 120, **settings: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*ELBI, *map(str, arguments)],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def one_clear_line(done: subprocess.CompletedProcess, *words: str) -> None:
    assert done.returncode not in (0, None)
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr
    assert done.stdout == ""


# help -----------------------------------------------------------------------------------------------------------------


def test_help_names_every_command() -> None:
    done = elbi("--help")
    assert done.returncode == 0
    for command in ("serve", "train", "ask", "lint", "db", "queue"):
        assert command in done.stdout
    bare = elbi()
    assert "Usage" in bare.stdout + bare.stderr


@pytest.mark.parametrize("command", [*commands(), "db", "queue"])
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.stdout
    assert any("가" <= char <= "힣" for char in result.stdout), "says nothing in Korean"


@pytest.mark.parametrize(
    "arguments",
    [["nope"], ["db", "nope"], ["serve", "--port", "0"], ["serve", "--port", "x"], ["serve", "--workers", "0"], ["ask"], ["train", "--nope"]],
)  # fmt: skip
def test_bad_usage_is_refused(arguments: list[str]) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2


# settings -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ELBI_FOO", "1"),
        ("ELBI_DATABASE", "sqlite:///x"),
        ("ELBI_ENCODER", "bert"),
        ("ELBI_SESSION_HOURS", "-1"),
        ("ELBI_SESSION_HOURS", "twelve"),
        ("ELBI_SESSION_HOURS", "1.5"),
        ("ELBI_SESSION_HOURS", "0"),
        ("ELBI_MESSAGES_PER_MINUTE", "0"),
        ("ELBI_PROXIES", "true"),
        ("ELBI_REDIS_URL", "localhost:6379"),
        ("ELBI_SECRET_FILE", "/nowhere"),
        ("ELBI_NOTHING_FILE", "/nowhere"),
        ("ELBI_LOG_LEVEL", "loud"),
        ("ELBI_MEMBER_JWT_SECRET", "short"),
        ("ELBI_DATABASE_URL", "mysql://u:p@h/d"),
        ("ELBI_DATABASE_URL", "nonsense"),
    ],
)
def test_a_setting_that_cannot_be_used(name: str, value: str, tmp_path: Path) -> None:
    done = elbi("db", "upgrade", **{"ELBI_STATE_DIR": tmp_path, name: value})
    one_clear_line(done, name)


def test_two_ways_to_check_tokens(tmp_path: Path) -> None:
    done = elbi(
        "db",
        "upgrade",
        ELBI_STATE_DIR=tmp_path,
        ELBI_MEMBER_JWT_SECRET="x" * 32,
        ELBI_MEMBER_JWT_JWKS_URL="http://localhost",
    )
    one_clear_line(done, "ELBI_MEMBER_JWT_SECRET", "ELBI_MEMBER_JWT_JWKS_URL")


def test_a_setting_in_a_file(tmp_path: Path) -> None:
    """As secrets are handed to containers."""
    (tmp_path / "url").write_text(f"sqlite:///{tmp_path / 'there.db'}\n")
    given = {"ELBI_STATE_DIR": tmp_path, "ELBI_DATABASE_URL_FILE": tmp_path / "url"}
    assert elbi("db", "upgrade", **given).returncode == 0
    assert (tmp_path / "there.db").is_file()
    one_clear_line(elbi("db", "upgrade", **given, ELBI_DATABASE_URL="sqlite:///x"), "ELBI_DATABASE_URL_FILE")


def test_a_secret_is_not_shown(tmp_path: Path) -> None:
    done = elbi("db", "upgrade", ELBI_MEMBER_JWT_SECRET="not-long-enough")
    assert "not-long-enough" not in done.stdout + done.stderr
    done = elbi("db", "upgrade", ELBI_DATABASE_URL="mysql://elbi:geheim@host/d")
    assert "geheim" not in done.stdout + done.stderr


def test_an_empty_setting_is_none(tmp_path: Path) -> None:
    done = elbi("db", "upgrade", ELBI_STATE_DIR=tmp_path, ELBI_ENCODER="", ELBI_DATABASE_URL="")
    assert done.returncode == 0, done.stderr


# lint -----------------------------------------------------------------------------------------------------------------


def test_lint_of_what_ships() -> None:
    done = elbi("lint")
    assert done.returncode == 0, done.stdout
    assert done.stdout == ""
    assert "오류 0건, 주의 0건" in done.stderr


def test_lint_names_file_line_and_remedy(tmp_path: Path) -> None:
    path = write(tmp_path, document(entry("one", audience="all"), entry("two", system="PP")))
    write(tmp_path, "synonyms: []\n".encode("utf-16"), "synonyms.yml")
    done = elbi("lint", tmp_path)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith(f"{path}:6: ")
    assert all(line.split(": ", 1)[0].rsplit(":", 1)[1].isdigit() for line in lines)
    assert "오류 3건" in done.stderr


def test_lint_of_a_warning_succeeds(tmp_path: Path) -> None:
    write(tmp_path, document(entry(questions="[하나, 둘]")))
    done = elbi("lint", ELBI_FAQ_DIR=tmp_path)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert "주의 1건" in done.stderr


def test_lint_of_nothing(tmp_path: Path) -> None:
    done = elbi("lint", tmp_path / "nowhere")
    assert done.returncode == 1
    assert done.stdout.startswith(f"{tmp_path / 'nowhere'}:1: ")


# ask ------------------------------------------------------------------------------------------------------------------


def test_ask_as_a_guest(model_dir: Path, tmp_path: Path) -> None:
    done = elbi("ask", "가입방법", ELBI_MODEL_DIR=model_dir, ELBI_STATE_DIR=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("[PartnerPlus] 가입방법\n")
    assert "Traceback" not in done.stderr


def test_ask_as_a_guest_about_member_business(model_dir: Path, tmp_path: Path) -> None:
    done = elbi("ask", "계약체결 방법", "--json", ELBI_MODEL_DIR=model_dir, ELBI_STATE_DIR=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["kind"] == "login_required"
    assert "contract" not in done.stdout


def test_ask_as_a_member(model_dir: Path, tmp_path: Path) -> None:
    done = elbi("ask", "계약", "--member", "--json", ELBI_MODEL_DIR=model_dir, ELBI_STATE_DIR=tmp_path)
    assert done.returncode == 0, done.stderr
    reply = json.loads(done.stdout)
    assert (reply["kind"], reply["total"], len(reply["items"]), reply["more"]) == ("faq_list", 20, 5, True)


def test_ask_where_a_company_stands_before_there_is_a_database(model_dir: Path, tmp_path: Path) -> None:
    question = ("ask", "우리 회사 가입 진행상태", "--member", "--company", "999-12-34561")
    done = elbi(*question, ELBI_MODEL_DIR=model_dir, ELBI_STATE_DIR=tmp_path / "var")
    assert done.returncode == 0, done.stderr
    assert "기록을 찾지 못했어요" in done.stdout


@pytest.mark.parametrize(
    "question", ["", "   ", "\u200b", "가" * 501], ids=["empty", "spaces", "unseen", "501"]
)
def test_a_question_that_cannot_be_asked_is_told_before_anything_is_trained(
    question: str, tmp_path: Path
) -> None:
    done = elbi("ask", question, timeout=20, ELBI_MODEL_DIR=tmp_path / "models", ELBI_STATE_DIR=tmp_path)
    assert done.returncode == 1
    assert "1자에서 500자" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("*.tar.gz"))


def test_ask_with_broken_content(tmp_path: Path) -> None:
    path = write(tmp_path, document(entry(system="PP")))
    done = elbi(
        "ask", "계약", ELBI_FAQ_DIR=tmp_path, ELBI_STATE_DIR=tmp_path / "var", ELBI_MODEL_DIR=tmp_path
    )
    assert done.returncode == 1
    assert f"{path}:4: " in done.stderr
    assert "Traceback" not in done.stderr


# train ----------------------------------------------------------------------------------------------------------------


def test_train_when_nothing_changed(model_dir: Path) -> None:
    (model,) = model_dir.glob("elbi-*.tar.gz")
    before = model.stat().st_mtime_ns
    began = time.monotonic()
    done = elbi("train", ELBI_MODEL_DIR=model_dir)
    assert done.returncode == 0, done.stderr
    assert str(model) in done.stdout
    assert model.stat().st_mtime_ns == before
    assert time.monotonic() - began < 30


def test_a_model_that_was_tampered_with_is_refused(model_dir: Path, tmp_path: Path) -> None:
    (model,) = model_dir.glob("elbi-*.tar.gz")
    (tmp_path / model.name).write_bytes(model.read_bytes()[:-1] + b"x")
    checksum = model.with_name(model.name + ".sha256")
    (tmp_path / checksum.name).write_bytes(checksum.read_bytes())
    one_clear_line(elbi("train", ELBI_MODEL_DIR=tmp_path), model.name, "elbi train --force")
    (tmp_path / checksum.name).unlink()
    one_clear_line(elbi("train", ELBI_MODEL_DIR=tmp_path), model.name)


def test_train_with_broken_content(tmp_path: Path) -> None:
    path = write(tmp_path, document(entry(system="PP")))
    done = elbi("train", ELBI_FAQ_DIR=tmp_path, ELBI_MODEL_DIR=tmp_path)
    assert done.returncode == 1
    assert f"{path}:4: " in done.stderr
    assert "Traceback" not in done.stderr


# database and queue ---------------------------------------------------------------------------------------------------


def test_db_upgrade_twice(tmp_path: Path) -> None:
    for _ in range(2):
        done = elbi("db", "upgrade", ELBI_STATE_DIR=tmp_path / "deep" / "var")
        assert done.returncode == 0, done.stderr
    Database(f"sqlite:///{tmp_path / 'deep' / 'var' / 'elbi.db'}").ping()


@pytest.mark.postgres
def test_db_upgrade_on_postgresql(postgres_url: str) -> None:
    done = elbi("db", "upgrade", ELBI_DATABASE_URL=postgres_url)
    assert done.returncode == 0, done.stderr
    database = Database(postgres_url)
    database.ping()
    database.close()


@pytest.mark.parametrize("command", ["db upgrade", "queue list"])
def test_a_database_that_is_gone(command: str) -> None:
    url = f"postgresql://elbi:geheim@127.0.0.1:{free_port()}/elbi"
    done = elbi(*command.split(), ELBI_DATABASE_URL=url)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "geheim" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2, done.stderr


def test_a_state_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    one_clear_line(elbi("db", "upgrade", ELBI_STATE_DIR=tmp_path / "file" / "var"))


def ask(database: Database, company: str, text: str, reason: str, **details) -> None:
    intake = Intake(lambda: Content(()))
    with database.write() as connection:
        subject = company or None
        person = visitors.open_session(connection, hours=1, subject=subject, person=Visitor(company=company))
        intake.receive(connection, person.visitor.id, text, reason, **details)


def test_a_queue_without_a_database_says_how_to_make_one(tmp_path: Path) -> None:
    for state in (tmp_path, tmp_path / "nowhere"):
        one_clear_line(elbi("queue", "list", ELBI_STATE_DIR=state), "elbi db upgrade")


def test_queue_list_and_export(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'elbi.db'}")
    database.upgrade()
    candidates = [{"id": "contract-status", "title": "계약 상태", "score": 0.5}]
    ask(database, "", "답이 없던 질문", "no_answer", category="general")
    ask(
        database,
        "서비스(주)",
        "직접 보낸 계약 문의",
        "asked",
        category="quote_contract",
        candidates=candidates,
    )
    ask(database, "하나(주)", "직접 보낸 계약 문의", "asked")
    ask(database, "둘(주)", "=1+1", "asked")
    database.close()
    done = elbi("queue", "list", "--json", ELBI_STATE_DIR=tmp_path)
    assert done.returncode == 0, done.stderr
    listed = json.loads(done.stdout)
    assert [each["text"] for each in listed] == ["직접 보낸 계약 문의", "=1+1", "답이 없던 질문"]
    assert listed[0]["askers"] == 2
    assert listed[0]["companies"] == ["서비스(주)", "하나(주)"]
    done = elbi("queue", "list", "--reason", "no_answer", ELBI_STATE_DIR=tmp_path, COLUMNS=200)
    assert done.returncode == 0, done.stderr
    assert "1건" in done.stderr
    assert "답이 없던 질문" in done.stdout
    one_clear_line(elbi("queue", "list", "--state", "nope", ELBI_STATE_DIR=tmp_path), "--state", "published")
    path = tmp_path / "queue.csv"
    done = elbi("queue", "export", path, "--why", "월간 검토", ELBI_STATE_DIR=tmp_path)
    assert done.returncode == 0, done.stderr
    written = path.read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    assert "'=1+1" in written.decode("utf-8-sig")
    elbi("queue", "export", tmp_path / "queue.xlsx", "--why", "검토", ELBI_STATE_DIR=tmp_path)
    assert (tmp_path / "queue.xlsx").read_bytes().startswith(b"PK")
    one_clear_line(elbi("queue", "export", path, "--why", " ", ELBI_STATE_DIR=tmp_path), "--why")
    one_clear_line(elbi("queue", "export", tmp_path / "a.pdf", "--why", "x", ELBI_STATE_DIR=tmp_path), ".csv")


def test_staff_add_list_disable(tmp_path: Path) -> None:
    """Adding is what a new machine may begin with: it makes the database."""
    add = ("staff", "add", "kim", "--name", "김담당", "--role", "admin", "--password", "correct horse 7")
    done = elbi(*add, ELBI_STATE_DIR=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "correct horse" not in done.stdout + done.stderr
    one_clear_line(elbi(*add, ELBI_STATE_DIR=tmp_path), "kim")
    elbi("staff", "add", "lee", "--password", "correct horse 7", ELBI_STATE_DIR=tmp_path)
    done = elbi("staff", "disable", "lee", ELBI_STATE_DIR=tmp_path)
    assert done.returncode == 0, done.stderr
    listed = json.loads(elbi("staff", "list", "--json", ELBI_STATE_DIR=tmp_path).stdout)
    assert [(each["login"], each["role"], each["enabled"]) for each in listed] == [
        ("kim", "admin", True),
        ("lee", "editor", False),
    ]
    assert "argon2" not in json.dumps(listed)
    one_clear_line(elbi("staff", "disable", "kim", ELBI_STATE_DIR=tmp_path), "관리자")
    one_clear_line(elbi("staff", "disable", "nobody", ELBI_STATE_DIR=tmp_path), "nobody")


def test_faq_history_and_restore(tmp_path: Path) -> None:
    faq = tmp_path / "faq"
    faq.mkdir()
    path = write(faq, document(entry("one"), entry("two")))
    database = Database(f"sqlite:///{tmp_path / 'elbi.db'}")
    database.upgrade()

    def follow() -> None:
        with database.write() as connection:
            revisions.follow(connection, map(EntryFields.of, load(faq).entries))

    follow()
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("one 안내 제목", "다른 제목"), encoding="utf-8")
    follow()
    database.close()
    settings = {"ELBI_STATE_DIR": tmp_path, "ELBI_FAQ_DIR": faq}
    done = elbi("faq", "history", "one", **settings)
    assert done.returncode == 0, done.stderr
    newest, oldest = done.stdout.splitlines()
    assert newest.split("\t")[2:] == ["파일에서", "file", "title"]
    done = elbi("faq", "restore", "one", oldest.split("\t")[0], **settings)
    assert done.returncode == 0, done.stderr
    assert path.read_text(encoding="utf-8") == before
    assert len(json.loads(elbi("faq", "history", "one", "--json", **settings).stdout)) == 3
    one_clear_line(elbi("faq", "history", "nope", **settings), "nope")
    one_clear_line(elbi("faq", "restore", "two", oldest.split("\t")[0], **settings), "two")


def test_person_find_export_delete(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'elbi.db'}")
    database.upgrade()
    ask(database, "하나(주)", "출입증 문의", "asked")
    found = elbi("person", "find", "하나", ELBI_STATE_DIR=tmp_path).stdout.split("\t")
    assert found[3] == "하나(주)"
    done = elbi("person", "export", found[0], tmp_path / "one.json", ELBI_STATE_DIR=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "one.json").read_text())["questions"][0]["text"] == "출입증 문의"
    assert elbi("person", "delete", found[0], "--yes", ELBI_STATE_DIR=tmp_path).returncode == 0
    one_clear_line(elbi("person", "delete", found[0], "--yes", ELBI_STATE_DIR=tmp_path))
    assert json.loads(elbi("queue", "list", "--json", ELBI_STATE_DIR=tmp_path).stdout) == []
    database.close()


def test_queue_list_of_an_empty_queue(tmp_path: Path) -> None:
    assert elbi("db", "upgrade", ELBI_STATE_DIR=tmp_path).returncode == 0
    done = elbi("queue", "list", "--json", ELBI_STATE_DIR=tmp_path)
    assert json.loads(done.stdout) == []


def test_queue_list_shows_brackets_as_they_are(tmp_path: Path) -> None:
    """Masked data stand in brackets, which rich would take for markup."""
    database = Database(f"sqlite:///{tmp_path / 'elbi.db'}")
    database.upgrade()
    ask(database, "", "[b]굵게[/b] [/] [전화번호]", "asked")
    database.close()
    done = elbi("queue", "list", ELBI_STATE_DIR=tmp_path, COLUMNS=200)
    assert done.returncode == 0, done.stderr
    assert "[b]" in done.stdout


def test_queue_list_before_the_database_is_made(tmp_path: Path) -> None:
    done = elbi("queue", "list", ELBI_STATE_DIR=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


# serve ----------------------------------------------------------------------------------------------------------------


def test_a_port_in_use_is_told_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = elbi("serve", "--port", port, ELBI_STATE_DIR=tmp_path, ELBI_MODEL_DIR=tmp_path)
    one_clear_line(done, str(port), "--port")
    assert not list(tmp_path.iterdir())


def test_an_address_that_is_not_ours(tmp_path: Path) -> None:
    done = elbi("serve", "--host", "192.0.2.1", ELBI_STATE_DIR=tmp_path, ELBI_MODEL_DIR=tmp_path)
    one_clear_line(done, "192.0.2.1")
