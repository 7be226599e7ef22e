"""`elbi serve`: everything between the command and the first request."""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from datetime import datetime, timezone
from pathlib import Path

from bot import processes
from bot.assembly import make_services
from bot.errors import ContentError, ModelError
from bot.listening import listen
from bot.onboarding.demo import demo_records
from bot.review.learning import MODEL
from bot.settings import PROJECT_ROOT, Settings, share_metrics
from bot.store import demo, onboarding, shared
from bot.store import staff as accounts
from bot.store.database import Database

# A thread at the database gives Python's lock away at every call, and gets it back this long after it asked for it: with the
# usual 5 ms a transaction takes, and keeps the database, ten times as long while another turn is being thought about.
SWITCH_SECONDS = 0.0005


def run(settings: Settings, *, host: str, port: int, workers: int, with_demo: bool) -> None:
    """Prepares what is needed, step by step on stderr, and serves until stopped."""
    if workers == 1:
        _run(settings, host, port, workers, with_demo)
        return
    with tempfile.TemporaryDirectory(prefix="elbi-metrics-") as directory:
        share_metrics(Path(directory))
        _run(settings, host, port, workers, with_demo)


def _run(settings: Settings, host: str, port: int, workers: int, with_demo: bool) -> None:
    began = time.monotonic()
    gc.disable()  # what is loaded now stays: to look through it again and again for garbage costs a tenth of the start
    # first: a port in use is told before minutes of training, not after
    listening = listen(host, port, workers)
    if with_demo and not settings.members_enabled:
        settings = replace(settings, member_jwt_secret=secrets.token_urlsafe(32))
    _say("데이터베이스를 준비합니다.")
    demo_staff, stated = _prepare(Database(settings.store_url), with_demo)
    model = _model(settings, stated)
    _say("모델과 FAQ를 불러옵니다.")
    from bot.web.app import create_app
    from bot.web.metrics import forget_worker

    services = make_services(settings, model)
    services.database.close()  # connections are not for sharing with the workers
    app = create_app(settings, services, with_demo=with_demo, demo_staff=demo_staff)

    @app.after_server_start
    async def ready(app, _loop) -> None:
        seconds = time.monotonic() - began
        for problem in app.ctx.elbi.library.problems:
            _say(f"주의: {problem}")
        if app.ctx.elbi.library.problems:
            _say("FAQ 파일에 오류가 있어 마지막으로 올바르던 내용으로 서비스합니다.")
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        _say(f"준비되었습니다 ({seconds:.0f}초). 주소: http://{shown}:{port}/")

    def serve() -> None:
        # uvloop, which is set by what Rasa imports, accepts past our socket
        asyncio.set_event_loop_policy(None)
        app.run(sock=listening, access_log=False, debug=False)

    logging.getLogger("sanic.root").setLevel(logging.WARNING)
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()  # nor while serving; and the workers go on sharing the memory, which marking it would make their own
    gc.enable()
    if workers == 1:
        serve()
    else:
        processes.keep(workers, listening, serve, forget_worker)


def _prepare(database: Database, with_demo: bool) -> tuple[tuple[str, str] | None, dict[str, str]]:
    """Brings the schema up to date, and under --demo the demo's records.

    Returns login and a new password of the demo's member of staff, and which model is stated to be in use.
    """
    database.upgrade()
    records = demo_records(datetime.now(timezone.utc)) if with_demo else []
    password = secrets.token_urlsafe(9)
    password_hash = accounts.hashed(password)
    with database.write() as connection:
        onboarding.put_demo(connection, [asdict(record) for record in records])
        admitted = with_demo and demo.admit(connection, password_hash)
        if not with_demo:
            demo.dismiss(connection)
        stated = shared.fact(connection, MODEL).value or {}
    database.close()
    return (demo.LOGIN, password) if admitted else None, stated


def _model(settings: Settings, stated: dict[str, str]) -> Path:
    """A model to serve with, trained first where there is none that goes with this code.

    `stated` is the one that other hosts say they use. Edits of the FAQ that it does not know are learnt while it serves.
    """
    from bot.dialogue import training

    ours = stated.get("code") == training.code_digest(settings)
    model, fits = training.model_at_hand(settings, stated["name"] if ours else "")
    if model is None:
        earlier = training.earlier_model(settings)
        try:
            training.fingerprint(settings)
        except ContentError:
            if earlier is None:
                raise
            return training.verify(earlier)  # broken FAQ files: the model of the last good ones
        _say("모델을 학습합니다 (1분 안팎).")
        # in another process: what training loads and leaves in memory is not served from
        done = subprocess.run([sys.executable, "-m", "bot", "train"], cwd=PROJECT_ROOT, check=False)
        model, fits = training.model_at_hand(settings)
        if done.returncode or model is None:
            if earlier is None:
                raise ModelError("모델을 학습하지 못했습니다. 위에 적힌 이유를 고친 뒤 다시 실행해 주세요.")
            _say("주의: 학습하지 못해 이전 모델로 서비스합니다.")
            model = earlier
    elif not fits:  # learnt beside the requests, once the files have settled (bot.review.learning)
        _say("FAQ나 NLU 데이터가 바뀌었습니다. 지금 모델로 바로 서비스하고, 새 모델은 그동안 학습합니다.")
    return training.verify(model)


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
