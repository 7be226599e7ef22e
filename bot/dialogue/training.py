"""Training the Rasa model, and knowing whether the one at hand still fits the data."""

from __future__ import annotations

import fcntl
import hashlib
import json
import tempfile
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from bot.errors import ContentError, ElbiError, ModelError
from bot.faq.loader import load
from bot.settings import PROJECT_ROOT, Settings

CONFIG, DOMAIN = PROJECT_ROOT / "config.yml", PROJECT_ROOT / "domain.yml"
DIGITS = 8  # of each of a fingerprint's two parts, code and data


def fingerprint(settings: Settings) -> str:
    """Of everything the model is made from, the program first; an answer that is reworded changes nothing here."""
    content = load(settings.faq_dir, settings.link_hosts)
    taught = sorted(
        (entry.category, entry.title, *entry.questions, *entry.keywords) for entry in content.entries
    )
    examples = sorted(settings.nlu_dir.glob("*.yml"))
    return code_digest(settings) + _digest([taught, content.synonyms], examples)


def code_digest(settings: Settings) -> str:
    """Of what no edit of the data changes: a model made with another code may not load with ours."""
    packages = (PROJECT_ROOT / "bot" / name for name in ("nlu", "korean"))
    code = [path for package in packages for path in sorted(package.glob("*.py"))]
    return _digest([version("rasa"), settings.encoder], [CONFIG, DOMAIN, *code])


def _digest(values: object, files: Iterable[Path]) -> str:
    digest = hashlib.sha256(json.dumps(values, ensure_ascii=False).encode())
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:DIGITS]


def model_path(settings: Settings) -> Path:
    """Where the model for the data as they are now is kept."""
    return settings.model_dir / f"elbi-{fingerprint(settings)}.tar.gz"


def model_at_hand(settings: Settings, stated: str = "") -> tuple[Path | None, bool]:
    """A model that can be served with this code, and whether it is of the data as they are.

    Where there is none of them, the one `stated` to be in use, else the newest sound one: what was edited since is learnt
    while it serves.
    """
    with suppress(ContentError):
        wanted = model_path(settings)
        if wanted.is_file():
            return wanted, True
    if stated and _is_sound(settings.model_dir / stated):
        return settings.model_dir / stated, False
    return _newest(settings, code_digest(settings)), False


def earlier_model(settings: Settings) -> Path | None:
    """The newest sound model there is, whatever it was made with; for when none can be trained."""
    return _newest(settings)


def _newest(settings: Settings, code: str = "") -> Path | None:
    ours = settings.model_dir.glob(f"elbi-{code}*.tar.gz")
    return next(filter(_is_sound, sorted(ours, key=lambda path: -path.stat().st_mtime)), None)


def _is_sound(model: Path) -> bool:
    try:
        return bool(verify(model))
    except ModelError:
        return False


def verify(model: Path) -> Path:
    """The model, if its checksum is the one written beside it when we trained it; else raises ModelError."""
    try:
        expected = _checksum_file(model).read_text(encoding="ascii").strip()
        actual = hashlib.sha256(model.read_bytes()).hexdigest()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(
            f"{model}: model or checksum cannot be read ({error}). Run `elbi train --force`."
        ) from error
    if expected != actual:
        raise ModelError(
            f"{model} is not what was trained here (checksum differs). Run `elbi train --force`."
        )
    return model


def train(settings: Settings, *, force: bool = False) -> Path:
    """The model for the data as they are now, trained where there is none yet (half a minute).

    Of the processes and hosts that share the model directory one trains at a time; the others wait and find the model.
    """
    path = model_path(settings)
    if path.is_file() and not force:
        return verify(path)
    from rasa.model_training import train as rasa_train

    settings.model_dir.mkdir(parents=True, exist_ok=True)
    with _training_alone(settings.model_dir):
        if path.is_file() and not force:
            return verify(path)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=settings.model_dir) as home:
            result = rasa_train(
                domain=str(DOMAIN),
                config=str(CONFIG),
                training_files=[str(settings.nlu_dir)],
                output=home,
                force_training=True,
                fixed_model_name=path.name.removesuffix(".tar.gz"),
            )
            if not result.model or result.code:
                raise ElbiError("Rasa did not train a model; what it logged above says why.")
            trained = Path(result.model)
            checksum = hashlib.sha256(trained.read_bytes()).hexdigest()
            _checksum_file(path).write_text(checksum + "\n", encoding="ascii")
            trained.replace(path)
    return path


@contextmanager
def _training_alone(directory: Path) -> Iterator[None]:
    """A lock that goes with the process; on a shared volume it needs one that knows locks (NFS from version 4)."""
    with open(directory / ".training.lock", "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def refused_path(model: Path) -> Path:
    """Where a model goes that was found worse than the one before it: it is not the newest one of ours."""
    return model.with_name("refused-" + model.name)


def forget_old(settings: Settings, keep: Container[str], most: int = 5) -> None:
    """Removes the oldest models beyond `most`; those named in `keep` stay."""
    ours = sorted(settings.model_dir.glob("*elbi-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    for path in ours[:-most]:
        if path.name not in keep:
            path.unlink(missing_ok=True)
            _checksum_file(path).unlink(missing_ok=True)


def _checksum_file(model: Path) -> Path:
    return model.with_name(model.name + ".sha256")
