"""`flask doctor`: every part looked at, every problem with its remedy, no secret."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.services.app_server import ROOT, run_flask, settings_for
from tests.services.parts import free_port

SECRET = "a key for tests only, never used elsewhere"
HIDDEN = "hidden-password"


def doctor(folder: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "flask", "doctor", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=settings_for(folder, **settings), capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated database."""
    folder = tmp_path_factory.mktemp("doctor")
    run_flask(settings_for(folder), "upgrade-db")
    return folder


def test_a_sound_installation_is_exit_code_0(home: Path) -> None:
    """Each part has a line; the last says the result."""
    code, text = doctor(home)

    assert code == 0, text
    assert all(part in text for part in ("Secret key", "Database", "Redis", "Agents", "Policies", "Staff", "Cases", "Clock"))
    assert "0 problems" in text.splitlines()[-1]
    assert text.splitlines()[-1].endswith("Exit 0.")


def test_json_is_one_document(home: Path) -> None:
    """With the same findings."""
    code, text = doctor(home, "--json")

    document: dict[str, Any] = json.loads(text)
    assert (code, document["problems"]) == (0, 0)
    assert {part["status"] for part in document["parts"]} <= {"ok", "warning", "off"}
    assert len(document["definitions"]) == 8


def test_an_empty_database_is_a_problem_with_its_remedy(tmp_path: Path) -> None:
    """Everything that does not need it is still looked at."""
    code, text = doctor(tmp_path)

    assert code == 1
    assert "✗ Database" in text
    assert "Fix: flask upgrade-db" in text
    assert "✓ Agents" in text


def test_what_does_not_answer_is_a_problem_and_no_secret_is_printed(home: Path) -> None:
    """Neither the key nor a password in an address."""
    settings = {
        "REDIS_URL": f"redis://:{HIDDEN}@127.0.0.1:{free_port()}/0",
        "DATABASE_URL": f"postgresql://user:{HIDDEN}@127.0.0.1:{free_port()}/none",
        "RETURNFLOW_STAFF_TOKENS": "dana:" + "ab" * 32,
    }

    code, text = doctor(home, **settings)

    assert code == 1
    assert "✗ Redis" in text
    assert "✗ Database" in text
    assert "1 token: dana" in text
    assert [each for each in (SECRET, HIDDEN, "abab") if each in text] == []


def test_bad_settings_are_findings(tmp_path: Path) -> None:
    """The doctor works where nothing else starts."""
    code, text = doctor(tmp_path, "--json", PORT="none", RETURNFLOW_ENV="production", SECRET_KEY="")

    assert code == 1
    assert [part["part"] for part in json.loads(text)["parts"]] == ["Settings", "Settings"]


def test_a_working_redis_is_told(home: Path, redis_url: str) -> None:
    """With its version."""
    _, text = doctor(home, REDIS_URL=redis_url)

    assert "✓ Redis" in text
