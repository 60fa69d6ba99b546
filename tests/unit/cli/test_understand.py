"""`flask understand`: lines in, meanings out."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from returnflow.cli.understand import understand


def run(text: str, *arguments: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(understand, ["--json", *arguments], input=text, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_plain_lines_and_objects_give_a_line_each() -> None:
    """Blank lines are skipped."""
    found = run('I want to return my lamp\n\n{"text": "nine seven two one four, Reyes", "expecting": "identity"}\n')

    assert [each["intent"] for each in found] == ["start_return", "inform"]
    assert found[1]["slots"] == {"zip": "97214", "name": "Reyes"}
    assert found[1]["values"] == {"zip": "97214", "last_name": "Reyes"}
    assert set(found[0]) >= {"text", "intent", "confidence", "slots", "values", "corrections", "candidates"}


def test_the_sentence_that_asked_tells_a_correction() -> None:
    """A context makes it an answer to a yes/no question."""
    (found,) = run('{"text": "no, three please", "context": "Please confirm: two lamps."}\n')

    assert (found["intent"], found["answer"]) == ("correction", "no")


def test_a_known_store_narrows_the_number() -> None:
    """The formats come from the policies."""
    (found,) = run('{"text": "200013427048412", "expecting": "order_number", "store": "walmart"}\n')

    assert found["candidates"] == ["200013427048412"]


def test_corrections_say_from_and_to() -> None:
    """As the design names them."""
    (found,) = run('{"text": "the gray pillows, no wait, the blue pillows", "expecting": "items"}\n')

    assert found["corrections"] == [{"slot": "item", "from": "gray pillows", "to": "blue pillows"}]


def test_without_json_a_line_is_for_people() -> None:
    """Intent first."""
    result = CliRunner().invoke(understand, input="talk to a person\n")

    assert result.stdout.startswith("human")


@pytest.mark.parametrize("line", ["{broken", '{"expecting": "zip"}', '{"text": "hi", "store": 5}'])
def test_a_bad_line_is_named(line: str) -> None:
    """Exit code 1, its number and what was expected."""
    result = CliRunner().invoke(understand, ["--json"], input=f"hello\n{line}\n")

    assert result.exit_code == 1
    assert "line 2" in result.stderr
