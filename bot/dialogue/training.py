"""Training the Rasa model, and knowing whether the one at hand still fits the data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable
from importlib.metadata import version
from pathlib import Path

from bot.errors import ContentError, ElbiError, ModelError
from bot.faq.loader import load
from bot.settings import PROJECT_ROOT, Settings

CONFIG, DOMAIN = PROJECT_ROOT / "config.yml", PROJECT_ROOT / "domain.yml"


def fingerprint(settings: Settings) -> str:
    """Of everything the model is made from, the program first; an answer that is reworded changes nothing here."""
    content = load(settings.faq_dir, settings.link_hosts)
    taught = sorted(
        (entry.category, entry.title, *entry.questions, *entry.keywords) for entry in content.entries
    )
    examples = sorted(settings.nlu_dir.glob("*.yml"))
    return _program(settings) + _digest([taught, content.synonyms], examples)


def _program(settings: Settings) -> str:
    """Of what a model must have been made with to be of use to this program."""
    code = [
        path
        for package in ("nlu", "korean")
        for path in sorted((PROJECT_ROOT / "bot" / package).glob("*.py"))
    ]
    return _digest([version("rasa"), settings.encoder], [CONFIG, DOMAIN, *code])


def _digest(values: object, files: Iterable[Path]) -> str:
    digest = hashlib.sha256(json.dumps(values, ensure_ascii=False).encode())
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


def model_path(settings: Settings) -> Path:
    """Where the model for the data as they are now is kept."""
    return settings.model_dir / f"elbi-{fingerprint(settings)}.tar.gz"


def usable_model(settings: Settings) -> tuple[Path | None, bool]:
    """The model to serve and whether it fits the data as they are now.

    Where none does, the newest sound one that this program made from other data: it answers until the new one is learnt.
    """
    try:
        wanted = model_path(settings)
        if wanted.is_file():
            return wanted, True
    except ContentError:
        pass
    ours = settings.model_dir.glob(f"elbi-{_program(settings)}*.tar.gz")
    return next(filter(_is_sound, sorted(ours, key=lambda path: -path.stat().st_mtime)), None), False


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
    """The model for the data as they are now, trained where there is none yet (half a minute)."""
    path = model_path(settings)
    if path.is_file() and not force:
        return verify(path)
    from rasa.model_training import train as rasa_train

    settings.model_dir.mkdir(parents=True, exist_ok=True)
    name = path.name.removesuffix(".tar.gz")
    result = rasa_train(
        domain=str(DOMAIN),
        config=str(CONFIG),
        training_files=[str(settings.nlu_dir)],
        output=str(settings.model_dir / ".new"),
        force_training=True,
        fixed_model_name=name,
    )
    if not result.model or result.code:
        raise ElbiError("Rasa did not train a model; what it logged above says why.")
    trained = Path(result.model)
    checksum = hashlib.sha256(trained.read_bytes()).hexdigest()
    _checksum_file(path).write_text(checksum + "\n", encoding="ascii")
    trained.replace(path)
    return path


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
