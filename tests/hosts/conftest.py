"""One landscape for all tests of this directory: it takes half a minute to start."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from tests.hosts.landscape import Landscape, landscape


@pytest.fixture(scope="package")
def hosts(
    tmp_path_factory: pytest.TempPathFactory, model_dir: Path, request: pytest.FixtureRequest
) -> Iterator[Landscape]:
    """Two hosts with two workers each; skipped only where a program it takes is not installed."""
    for program, package in (
        ("nginx", "nginx-light"),
        ("redis-server", "redis-server"),
        ("openssl", "openssl"),
    ):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed (Debian: {package})")
    postgres = request.getfixturevalue("postgres")
    engine = sqlalchemy.create_engine(postgres + "/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE hosts TEMPLATE template0 ENCODING 'UTF8'")
    engine.dispose()
    with landscape(tmp_path_factory.mktemp("hosts"), model_dir, postgres + "/hosts") as running:
        yield running
