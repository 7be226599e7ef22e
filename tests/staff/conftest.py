"""Staff of each role at the shared server whose FAQ may be changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.site import Site
from tests.staff.desk import ROLES, Staff, demo_admin, signed_in

Role = Callable[[str], Staff]


@pytest.fixture(scope="session")
def admin(desk: Site) -> Staff:
    """The demo's admin, signed in."""
    return demo_admin(desk)


@pytest.fixture(scope="session")
def roles(desk: Site, admin: Staff) -> dict[str, Staff]:
    """One member of staff of each role, signed in."""
    return {role: signed_in(desk, admin, role) for role in ROLES}


@pytest.fixture(scope="session")
def viewer(roles: dict[str, Staff]) -> Staff:
    return roles["viewer"]


@pytest.fixture(scope="session")
def editor(roles: dict[str, Staff]) -> Staff:
    return roles["editor"]


@pytest.fixture(scope="session")
def publisher(roles: dict[str, Staff]) -> Staff:
    return roles["publisher"]
