"""The commands of `flask`: listed without being loaded, exit code 1 for bad usage, plain errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from flask import Flask

from returnflow import cli
from returnflow.cli import ENTRIES, LazyCommand
from returnflow.errors import Unavailable
from tests.services.app_server import ROOT, run_flask, settings_for

CONTRACT = {
    *("chat", "doctor", "handoffs", "import-orders", "purge", "returns", "seed-demo", "simulate", "understand", "upgrade-db"),
    "settings",
}


def flask(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_table_lists_every_command() -> None:
    """Those of the contract, each once, in the order of the alphabet."""
    names = [entry.name for entry in ENTRIES]

    assert set(names) == CONTRACT
    assert names == sorted(names)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_command_is_where_the_table_says(entry: cli.Entry) -> None:
    """And explains itself."""
    command = LazyCommand(entry)

    context = command.make_context(entry.name, ["--help"], resilient_parsing=True)

    assert isinstance(context.command, click.Command)
    assert not isinstance(context.command, LazyCommand)
    assert context.command.help


@pytest.mark.parametrize("arguments", [("nonsense",), ("doctor", "--nonsense"), ("import-orders",)])
def test_bad_usage_is_exit_code_1(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """2 means "there are changes" to whoever runs `sync-agents --dry-run`."""
    done = flask(settings_for(tmp_path), *arguments)

    assert done.returncode == 1
    assert "Usage:" in done.stderr
    assert done.stdout == ""


def test_a_command_on_an_empty_database_says_what_to_do(tmp_path: Path) -> None:
    """No traceback, the remedy, exit code 1."""
    done = flask(settings_for(tmp_path), "handoffs", "list")

    assert done.returncode == 1
    assert "flask upgrade-db" in done.stderr
    assert "Traceback" not in done.stderr


def test_bad_settings_are_said_all_at_once(tmp_path: Path) -> None:
    """For a command as for a server."""
    environment = settings_for(tmp_path, LOG_LEVEL="LOUD", RETURNFLOW_KEEP_TEXT_DAYS="many")

    for arguments in (("returns", "list"), ("run",)):
        done = flask(environment, *arguments)

        assert done.returncode == 1
        assert "LOG_LEVEL: expected" in done.stderr
        assert "RETURNFLOW_KEEP_TEXT_DAYS: expected" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_broken_agent_file_is_said_with_its_place(tmp_path: Path) -> None:
    """Every problem as file and key, no traceback."""
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "initial_router.yaml").write_text("id: initial_router\n")

    done = flask(settings_for(tmp_path, RETURNFLOW_AGENTS_DIR=str(tmp_path / "agents")), "run")

    assert done.returncode == 1
    assert "initial_router.yaml: name:" in done.stderr
    assert "Traceback" not in done.stderr


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    """And says where the database is."""
    environment = settings_for(tmp_path)

    first, second = run_flask(environment, "upgrade-db"), run_flask(environment, "upgrade-db")

    assert first.startswith("Database is at ")
    assert second.startswith("Database was already at ")


def test_an_error_of_ours_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that fails with one ends with 1 and its detail."""

    @click.command()
    def failing() -> None:
        """Fails."""
        raise Unavailable

    module = type("Module", (), {"failing": failing})
    monkeypatch.setattr(cli, "import_module", lambda name: module)
    app = Flask("test")
    app.cli.add_command(LazyCommand(cli.Entry("failing", "x:failing", "Fails.", needs_services=False)))

    result = app.test_cli_runner().invoke(args=["failing"])

    assert result.exit_code == 1
    assert result.stderr == f"Error: {Unavailable.default_detail}\n"
