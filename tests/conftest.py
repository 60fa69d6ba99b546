"""Fixtures that start real parts, and guards that hold for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Page

from tests.services import guards
from tests.services.chromium import chromium, find_chromium
from tests.services.parts import PartMissing, need
from tests.services.postgres import Cluster, cluster
from tests.services.redis_server import redis_server

PARTS = {"postgres": "postgres_cluster", "redis": "redis_url", "browser": "chromium_path"}

# A busy machine is slow, not wrong: no deadlines. `make fuzz` asks for the second profile.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", parent=settings.get_profile("suite"), max_examples=5000)
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    """No test sees the developer's settings or another machine."""
    guards.forget_settings()
    guards.guard_network()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark a test by the real part that it uses, so that `-m "not browser"` works without anybody keeping marks."""
    for item in items:
        used = getattr(item, "fixturenames", ())
        for mark, fixture in PARTS.items():
            if fixture in used:
                item.add_marker(mark)


@pytest.fixture(autouse=True)
def same_environment_after() -> Iterator[None]:
    """Whatever a test does to the environment ends with it."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A real PostgreSQL server of our own."""
    try:
        with cluster() as started:
            yield started
    except PartMissing as missing:
        need("PostgreSQL", str(missing))


@pytest.fixture(scope="session")
def postgres_url(postgres_cluster: Cluster) -> str:
    """The server's maintenance database, for tests that only need a server."""
    return postgres_cluster.url()


@pytest.fixture
def postgres_database(postgres_cluster: Cluster) -> Iterator[str]:
    """SQLAlchemy URL of an empty database that only this test sees."""
    with postgres_cluster.database() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real Redis of our own, shared by the run; use `redis_database` for an empty one."""
    try:
        with redis_server(tmp_path_factory.mktemp("redis")) as (url, _):
            yield url
    except PartMissing as missing:
        need("Redis", str(missing))


@pytest.fixture
def redis_database(redis_url: str) -> str:
    """URL of a real Redis, emptied before the test."""
    import redis

    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    return redis_url


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The system's Chromium."""
    try:
        return find_chromium()
    except PartMissing as missing:
        need("Chromium", str(missing))


@pytest.fixture(scope="module")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """A browser for the tests of one file. Not for the session: while Playwright runs, its event loop counts as this
    thread's running loop, and tests in other files that use asyncio would fail."""
    with chromium(chromium_path) as started:
        yield started


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of its own: no cookie, storage or permission from another test."""
    with browser.new_context(locale="en-US", timezone_id="America/New_York", viewport={"width": 1280, "height": 800}) as fresh:
        yield fresh


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page in a profile of its own, on a desktop size."""
    return context.new_page()
