"""Scenario files: what they may say, and how everything wrong with them is said at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from returnflow.simulate.scenario import DEFAULT_CLOCK, Filed, ScenarioError, load_scenarios

Load = Callable[[str], tuple[Filed, ...]]
ONE = """
    - id: one
      turns: [hello]
"""


def test_the_example_of_the_contract_is_read(filed: Load) -> None:
    """Design section 7, word for word."""
    [only] = filed(
        """
        - id: amazon-headphones-crackle
          tags: [amazon, return]
          order: {shows: "amz.default inside window"}
          turns:
            - I want to return headphones, order {order.number}
            - {say: "{order.zip}, {order.last_name}", expect: {step: items}}
          until: done
          expect:
            outcome: done
            agents: [initial_router, amazon_verification, amazon_processing]
            said: ["(?i)return number"]
            never_said: ["(?i)refunded already"]
            max_turns: 6
            database: {returns: [{status: approved, refund_cents: 5499}], handoffs: []}
        """
    )

    scenario = only.scenario
    assert [turn.say for turn in scenario.turns] == ["I want to return headphones, order {order.number}", "{order.zip}, {order.last_name}"]
    assert scenario.turns[1].expect.step == "items"
    assert scenario.expect.max_turns == 6
    assert scenario.clock == DEFAULT_CLOCK
    assert only.group == "return"


def test_what_a_customer_says_stays_text(filed: Load) -> None:
    """YAML would make a truth of "yes" and another number of "08817"."""
    [only] = filed("- {id: words, turns: [yes, no, 08817, 2026-11-21, 1e3]}")

    assert [turn.say for turn in only.scenario.turns] == ["yes", "no", "08817", "2026-11-21", "1e3"]


def test_every_problem_of_every_file_is_said_at_once(tmp_path: Path) -> None:
    """As `file: key: what is wrong, what was expected`."""
    (tmp_path / "a.yaml").write_text(
        "- {id: first, turns: [], until: later}\n- {id: second, turns: [{say: hi, event: silence}], expect: {said: ['(']}}\n"
    )
    (tmp_path / "b.yaml").write_text("- {id: third, turns: [hi], colour: red}\n- id: [\n")
    (tmp_path / "c.yaml").write_text("- {id: Not An Id, turns: [hi], expect: {database: {returns: [{refund: 5}]}}}\n")

    with pytest.raises(ScenarioError) as caught:
        load_scenarios(tmp_path)

    text = caught.value.detail
    assert 'a.yaml: first.turns: is "[]", expected at least one' in text
    assert "a.yaml: first.until: " in text
    assert "expected done, handoff or ended" in text
    assert "exactly one of say, event and choice" in text
    assert "a.yaml: second.expect.said[0]: " in text
    assert "a regular expression" in text
    assert "b.yaml: line 3: not YAML" in text
    assert "c.yaml: Not An Id.id: " in text
    assert "refund is none" in text


def test_an_unknown_key_is_named_with_the_known_ones(tmp_path: Path) -> None:
    """So that a misspelled expectation is never silently ignored."""
    (tmp_path / "a.yaml").write_text("- {id: x, turns: [hi], expects: {outcome: done}}\n")

    with pytest.raises(ScenarioError, match=r"a\.yaml: x\.expects: is not a key that is known here"):
        load_scenarios(tmp_path / "a.yaml")


def test_an_id_is_used_once(tmp_path: Path) -> None:
    """Across all files."""
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(ONE)

    with pytest.raises(ScenarioError, match=r"b\.yaml: one: id: is used 2 times \(in a\.yaml, b\.yaml\)"):
        load_scenarios(tmp_path)


def test_a_folder_without_scenarios_is_a_problem(tmp_path: Path) -> None:
    """An empty run would look like a passed one."""
    with pytest.raises(ScenarioError, match="no scenario file"):
        load_scenarios(tmp_path)


def test_a_file_that_is_no_text_is_a_problem(tmp_path: Path) -> None:
    """Said plainly, without a traceback."""
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ScenarioError, match=r"a\.yaml: the file cannot be read"):
        load_scenarios(tmp_path)


def test_the_group_is_the_first_tag_that_is_no_store(filed: Load) -> None:
    """Without one it is the file."""
    tagged, plain = filed("- {id: a, tags: [walmart, repairs, x], turns: [hi]}\n- {id: b, tags: [amazon], turns: [hi]}")

    assert (tagged.group, plain.group) == ("repairs", "calls")
