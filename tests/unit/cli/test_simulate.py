"""`flask simulate`: what people read, what programs read, and which scenarios are run."""

from __future__ import annotations

from pathlib import Path

import pytest

from returnflow.cli import simulate as command
from tests.unit.cli.conftest import Flasks

GOOD = "- {id: good, tags: [person], turns: [get me a person], expect: {said: [phone]}}\n"
BAD = "- {id: bad, tags: [person], turns: [get me a person], expect: {said: [banana]}}\n"


@pytest.fixture(autouse=True)
def own_memory_of_the_last_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own last run stays theirs."""
    monkeypatch.setattr(command, "LAST_RUN", tmp_path / "last.json")
    monkeypatch.setenv("SECRET_KEY", "a key for tests only, never used elsewhere")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "calls"
    made.mkdir()
    (made / "calls.yaml").write_text(GOOD + BAD)
    return made


def test_people_see_the_table_and_the_failed_conversation(flask: Flasks, folder: Path) -> None:
    """First what and where, then how to see more; exit code 1."""
    ran = flask("simulate", str(folder))

    assert ran.code == 1
    assert ran.out.startswith("2 scenarios, Amazon and Walmart")
    assert "person  1/2" in ran.out
    assert "✗ bad" in ran.out
    assert "✗ calls.yaml: bad" in ran.out
    assert "customer   get me a person" in ran.out
    assert "expected said: banana" in ran.out
    assert "1 passed, 1 failed" in ran.out
    assert "flask simulate --failed" in ran.out


def test_all_passed_is_exit_code_0(flask: Flasks, folder: Path) -> None:
    """And no conversation is shown unless asked for."""
    quiet = flask("simulate", str(folder), "--only", "good")
    loud = flask("simulate", str(folder), "--only", "good", "--verbose")

    assert (quiet.code, loud.code) == (0, 0)
    assert "customer" not in quiet.out
    assert "customer   get me a person" in loud.out


def test_programs_get_one_document(flask: Flasks, folder: Path) -> None:
    """On stdout, nothing else."""
    ran = flask("simulate", str(folder), "--json")

    assert ran.code == 1
    assert (ran.document["passed"], ran.document["failed"]) == (1, 1)


def test_failed_runs_what_failed_last_time(flask: Flasks, folder: Path) -> None:
    """And nothing else; when it is repaired there is nothing left to run."""
    flask("simulate", str(folder))
    again = flask("simulate", str(folder), "--failed", "--json")
    (folder / "calls.yaml").write_text(GOOD + BAD.replace("banana", "phone"))
    repaired = flask("simulate", str(folder), "--failed")
    nothing = flask("simulate", str(folder), "--failed")

    assert [each["id"] for each in again.document["results"]] == ["bad"]
    assert repaired.code == 0
    assert nothing.code == 1
    assert "Nothing failed in the last run" in nothing.err


def test_without_a_last_run_failed_says_what_to_do(flask: Flasks, folder: Path) -> None:
    """Exit code 1."""
    ran = flask("simulate", str(folder), "--failed")

    assert ran.code == 1
    assert "First: flask simulate" in ran.err


@pytest.mark.parametrize("arguments", [("--only", "nobody"), ("no/such/folder",), ("--nonsense",)])
def test_bad_usage_is_exit_code_1(flask: Flasks, folder: Path, arguments: tuple[str, ...]) -> None:
    """With a sentence on stderr."""
    ran = flask("simulate", *(arguments if "/" in arguments[0] else (str(folder), *arguments)))

    assert ran.code == 1
    assert ran.err
    assert ran.out == ""


def test_broken_files_are_all_said(flask: Flasks, folder: Path) -> None:
    """And nothing is played."""
    (folder / "calls.yaml").write_text("- {id: a, turns: [hi], unti: done}\n- {id: b, turns: []}\n")

    ran = flask("simulate", str(folder))

    assert ran.code == 1
    assert "calls.yaml: a.unti: is not a key that is known here" in ran.err
    assert "calls.yaml: b.turns: " in ran.err
