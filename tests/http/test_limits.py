"""Limits: per conversation and per address, shared through Redis, and never the customer's error when Redis is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from returnflow.errors import RateLimited
from returnflow.web.limits import Limits
from tests.http.conftest import SETTINGS, customer_of
from tests.services.parts import free_port


def limits(**settings: Any) -> Limits:
    return Limits(replace(SETTINGS, **settings), lambda name: None)


def passes(count: Callable[[str], None], key: str, times: int) -> int:
    """How many of `times` at once get through."""
    done = 0
    for _ in range(times):
        try:
            count(key)
        except RateLimited:
            continue
        done += 1
    return done


def test_turns_may_come_in_a_burst_but_not_as_a_flood(make_app: Callable[..., Flask]) -> None:
    """What is over is 429 with Retry-After, in the one shape; another conversation is not touched."""
    client = make_app(turn_burst=3).test_client()
    flood, calm = customer_of(client), customer_of(client)

    answers = [flood.turn(event="pause") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].get_json()["code"] == "rate_limited"
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert calm.turn(event="pause").status_code == 200


def test_a_conversation_has_an_end() -> None:
    """Not more turns than the setting says, however slowly they come."""
    assert passes(limits(turns_per_session=7, turn_burst=1000).turn, "one", 20) == 7


def test_an_address_cannot_start_without_limit(make_app: Callable[..., Flask]) -> None:
    """New conversations are counted by address."""
    client = make_app(sessions_per_minute=2).test_client()

    here = [client.post("/api/sessions").status_code for _ in range(3)]
    there = client.post("/api/sessions", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code

    assert here == [201, 201, 429]
    assert there == 201


def test_a_hundred_customers_behind_one_address_pass() -> None:
    """The usual settings do not touch a hundred conversations from one address with a turn each."""
    usual = limits()

    assert passes(usual.new_session, "192.0.2.7", 100) == 100
    assert sum(passes(usual.turn, f"session-{number}", 2) for number in range(100)) == 200


def test_a_forwarded_address_counts_only_from_a_trusted_proxy(make_app: Callable[..., Flask]) -> None:
    """Without RETURNFLOW_TRUSTED_PROXIES anybody could write any address into the header."""

    def started(proxies: int) -> list[int]:
        client = make_app(sessions_per_minute=1, trusted_proxies=proxies).test_client()
        return [client.post("/api/sessions", headers={"X-Forwarded-For": f"192.0.2.{host}"}).status_code for host in (1, 2)]

    assert started(0) == [201, 429]
    assert started(1) == [201, 201]


def test_processes_share_their_counts_through_redis(redis_database: str) -> None:
    """Two processes with one Redis allow together what one would."""
    first, second = limits(redis_url=redis_database, turn_burst=4), limits(redis_url=redis_database, turn_burst=4)

    assert passes(first.turn, "one", 3) + passes(second.turn, "one", 3) == 4


def test_a_lost_redis_is_not_the_customers_error() -> None:
    """Then each process counts for itself."""
    lost = limits(redis_url=f"redis://127.0.0.1:{free_port()}/0", turn_burst=4)

    assert passes(lost.turn, "one", 6) == 4


@pytest.mark.parametrize("burst, rate", [(1, 1), (20, 2), (1, 1000), (1000, 1)])
def test_any_allowed_setting_makes_a_limit(burst: int, rate: int) -> None:
    """Bursts and rates of the settings table never make a limit of nothing."""
    assert passes(limits(turn_burst=burst, turns_per_second=rate, turns_per_session=10_000).turn, "one", burst + 1) >= burst
