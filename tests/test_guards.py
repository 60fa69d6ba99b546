"""The guards around the tests do guard."""

from __future__ import annotations

import os
import socket
import urllib.request

import pytest
from _pytest.outcomes import Failed, Skipped

from returnflow.config import TABLE
from tests.services.guards import NetworkForbidden, forget_settings
from tests.services.parts import free_port, need


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_another_machine_cannot_be_reached(address: str) -> None:
    """A connection that leaves the machine is an error in the test, not a slow test."""
    with pytest.raises(NetworkForbidden, match=address):
        socket.create_connection((address, 80), timeout=1)


def test_no_name_is_resolved() -> None:
    """A library that looks up a host fails before it asks anybody."""
    with pytest.raises(NetworkForbidden, match="example"):
        urllib.request.urlopen("http://service.example/")


def test_loopback_is_open() -> None:
    """Real parts listen there."""
    with socket.create_server(("127.0.0.1", free_port())) as server, socket.create_connection(server.getsockname(), timeout=1):
        pass


def test_a_developers_settings_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set on the machine decides no test."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://the-real-one")
    monkeypatch.setenv("RETURNFLOW_SHOP_FILE", "mine.yaml")

    forget_settings()

    assert {"DATABASE_URL", "RETURNFLOW_SHOP_FILE"} & set(os.environ) == set()


@pytest.mark.parametrize("ci, outcome", [("true", Failed), ("", Skipped)])
def test_a_missing_part_is_a_skip_here_and_a_failure_in_ci(ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch) -> None:
    """A suite that is green in CI has met every real part."""
    monkeypatch.setenv("CI", ci)

    with pytest.raises(outcome, match="PostgreSQL is needed: no postgres on the PATH"):
        need("PostgreSQL", "no postgres on the PATH")


def test_every_setting_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that is added to the table is also kept out of the tests."""
    names = {setting.name for setting in TABLE.values()}
    for name in names:
        monkeypatch.setenv(name, "from the developer's shell")

    forget_settings()

    assert names & set(os.environ) == set()
