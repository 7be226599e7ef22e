"""Starts that cannot succeed end with one clear line and exit code 1."""

from __future__ import annotations

import hashlib
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ELBI, ROOT, environment, free_port


def run_to_the_end(
    model_dir: Path, state_dir: Path, *, port: int | None = None, **settings: object
) -> subprocess.CompletedProcess[str]:
    """`elbi serve` that is expected to end by itself."""
    values = {"ELBI_STATE_DIR": state_dir, "ELBI_MODEL_DIR": model_dir, **settings}
    return subprocess.run(
        [*ELBI, "serve", "--demo", "--port", str(port or free_port())],
        cwd=ROOT,
        env=environment(**values),
        capture_output=True,
        text=True,
        timeout=150,
    )


def clear(done: subprocess.CompletedProcess[str]) -> str:
    """The last line a failed start leaves, which must not be a stack trace."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_port_in_use(tmp_path: Path, model_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_to_the_end(model_dir, tmp_path, port=port)
    line = clear(done)
    assert str(port) in line and "--port" in line
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.fixture
def models(tmp_path: Path, model_dir: Path) -> Path:
    """Copies of our models that can be spoilt."""
    copied = tmp_path / "models"
    copied.mkdir()
    for path in model_dir.glob("elbi-*"):
        shutil.copy(path, copied)
    return copied


def spoil(models: Path, how: str) -> None:
    for archive in models.glob("elbi-*.tar.gz"):
        checksum = archive.with_name(archive.name + ".sha256")
        data = archive.read_bytes()
        if how == "wrong checksum":
            checksum.write_text("0" * 64 + "\n")
        elif how == "no checksum":
            checksum.unlink()
        elif how == "truncated":
            archive.write_bytes(data[: len(data) // 2])
        elif how == "exchanged":
            archive.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        elif how == "truncated, with its checksum":
            archive.write_bytes(data[: len(data) // 2])
            checksum.write_text(hashlib.sha256(archive.read_bytes()).hexdigest() + "\n")


@pytest.mark.parametrize(
    "how", ["wrong checksum", "no checksum", "truncated", "exchanged", "truncated, with its checksum"]
)
def test_a_model_that_is_not_what_was_trained(tmp_path: Path, models: Path, how: str) -> None:
    spoil(models, how)
    line = clear(run_to_the_end(models, tmp_path / "state"))
    assert "elbi-" in line and "elbi train" in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ELBI_DATABASE_URL", "mysql://nothing"),
        ("ELBI_DATABASE_URL", "sqlite:////proc/nothing/elbi.db"),
        ("ELBI_DATABASE_URL", "postgresql://elbi@127.0.0.1:1/elbi"),
        ("ELBI_MEMBER_JWT_SECRET", "s3cr3t"),
        ("ELBI_MESSAGES_PER_MINUTE", "many"),
        ("ELBI_FAQ_DIR", "/nowhere"),
    ],
)
def test_settings_that_cannot_be_used(tmp_path: Path, model_dir: Path, name: str, value: str) -> None:
    line = clear(run_to_the_end(model_dir, tmp_path, **{name: value}))
    assert (
        name.removeprefix("ELBI_").split("_")[0].lower() in line.lower()
        or "/nowhere" in line
        or "FAQ" in line
    )
    assert "s3cr3t" not in line  # a secret is not repeated
