"""Servers of their own for what the shared `site` cannot show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.support import SECRET
from tests.conftest import serving
from tests.site import Person, Site

ORIGIN = "https://portal.example"


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, model_dir: Path) -> Iterator[Site]:
    """A server as a portal runs it: no demo, members by a shared secret, behind one proxy, with low rate limits."""
    with serving(
        tmp_path_factory.mktemp("portal"),
        model_dir,
        demo=False,
        ELBI_MEMBER_JWT_SECRET=SECRET,
        ELBI_ALLOWED_ORIGINS=ORIGIN,
        ELBI_PUBLIC_URL="https://elbi.example/",
        ELBI_PROXIES=1,
        ELBI_MESSAGES_PER_MINUTE=3,
        ELBI_SESSIONS_PER_MINUTE=5,
        ELBI_SIGN_INS_PER_MINUTE=3,
    ) as running:
        yield running


@pytest.fixture
def guest(site: Site) -> Person:
    return site.guest()


@pytest.fixture
def member(site: Site) -> Person:
    return site.member()
