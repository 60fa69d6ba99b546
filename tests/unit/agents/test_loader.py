"""Agents as data: what ships fits together, and every fault in a merchant's file is named with file, key and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from returnflow.agents.loader import AgentsError, default_agents_dir, load_catalogue
from returnflow.conversation.definitions import Catalogue, Role
from returnflow.retail.policy import default_policies_dir, load_policies

STORES = {policy.store: policy.label for policy in load_policies([default_policies_dir()]).stores.values()}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A merchant's own copy of the definitions."""
    return Path(shutil.copytree(default_agents_dir(), tmp_path / "agents", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def change(path: Path, key: str, value: object) -> None:
    data = yaml.safe_load(path.read_text())
    *way, last = key.split("/")
    inner = data
    for part in way:
        inner = inner[int(part) if part.isdigit() else part]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    path.write_text(yaml.safe_dump(data))


def load(directory: Path) -> Catalogue:
    return load_catalogue([directory], None, STORES)


def test_the_six_agents_and_the_third_store_load() -> None:
    """What ships is whole, with every store switched on."""
    catalogue = load_catalogue([default_agents_dir()], None, STORES)

    assert {"initial_router", "amazon_verification", "amazon_processing", "walmart_verification"} < set(catalogue.agents)
    assert {"walmart_processing", "human_handoff", "shop_verification", "shop_processing"} < set(catalogue.agents)


def test_a_store_that_is_off_has_no_agents() -> None:
    """The third store ships as data and stays silent until it is enabled."""
    catalogue = load_catalogue([default_agents_dir()], None, {"amazon": "Amazon", "walmart": "Walmart"})

    assert len(catalogue.agents) == 6
    assert catalogue.for_store(Role.PROCESSING, "shop") is None


def test_every_agent_is_reachable_from_the_router() -> None:
    """No agent that no transition leads to."""
    catalogue = load_catalogue([default_agents_dir()], None, STORES)
    reached, waiting = set(), [catalogue.router.id]
    while waiting:
        agent = catalogue.agents[waiting.pop()]
        reached.add(agent.id)
        for transition in agent.transitions:
            role = transition.to.removeprefix("role:")
            targets = (
                [each.id for each in catalogue.agents.values() if each.role.value == role and agent.store in (None, each.store)]
                if transition.to.startswith("role:")
                else [transition.to]
            )
            waiting += [each for each in targets if each not in reached]

    assert reached == set(catalogue.agents)


def test_a_person_can_be_reached_from_every_agent() -> None:
    """Before anything else: the highest priority."""
    catalogue = load_catalogue([default_agents_dir()], None, STORES)

    for agent in catalogue.agents.values():
        if agent.role is not Role.HANDOFF:
            first = max(agent.transitions, key=lambda each: each.priority)
            assert (first.to, dict(first.when)) == ("human_handoff", {"wants_person": True})


def test_comments_and_layout_do_not_change_the_checksum(files: Path) -> None:
    """The checksum names what the definitions say, not how they are written."""
    before = load(files).checksum
    path = files / "initial_router.yaml"
    path.write_text("# a comment\n" + path.read_text())

    assert load(files).checksum == before


def test_a_changed_word_changes_the_checksum(files: Path) -> None:
    """Any difference that a customer could hear."""
    before = load(files).checksum
    change(files / "shop.yaml", "name", "Elm Street")

    assert load(files).checksum != before


def test_a_later_directory_overlays_an_earlier_one(tmp_path: Path) -> None:
    """One changed file is enough."""
    shutil.copy(default_agents_dir() / "shop.yaml", tmp_path / "shop.yaml")
    change(tmp_path / "shop.yaml", "name", "Elm Street")

    assert load_catalogue([default_agents_dir(), tmp_path], None, STORES).shop.name == "Elm Street"


FAULTS = [
    pytest.param("initial_router.yaml", "role", "routr", "initial_router.yaml: role:", id="role"),
    pytest.param("initial_router.yaml", "transitions/0/to", "nowhere", "transitions[0].to: is nowhere", id="unknown target"),
    pytest.param("human_handoff.yaml", "transitions/0/to", "human_handoff", "the agent itself", id="hands to itself"),
    pytest.param("amazon_verification.yaml", "store", "amazn", "amazon has 0 agents with role verification", id="store without agents"),
    pytest.param("amazon_verification.yaml", "slots/0/kind", "text", "slots[0].kind:", id="slot kind"),
    pytest.param("amazon_verification.yaml", "say/en/order_number.ask", None, "say.en.order_number.ask: is missing", id="missing wording"),
    pytest.param("amazon_processing.yaml", "say/en/steps.ask", ["Take {refnd}?"], "uses {refnd}", id="unknown value"),
    pytest.param("initial_router.yaml", "colour", "blue", "colour", id="unknown key"),
    pytest.param("shared.yaml", "reasons/DAMAGED", None, "reasons.DAMAGED: is missing", id="reason without words"),
    pytest.param("shop.yaml", "disclosure", {"en": "Hi, I'm Ann."}, "shop.yaml: disclosure", id="no disclosure"),
    pytest.param("walmart_processing.yaml", "id", "amazon_processing", "is also in", id="id twice"),
]


@pytest.mark.parametrize("name, key, value, expected", FAULTS)
def test_a_fault_is_named_with_its_file_and_key(files: Path, name: str, key: str, value: object, expected: str) -> None:
    """`file: key: what is wrong, what was expected`."""
    change(files / name, key, value)

    with pytest.raises(AgentsError) as error:
        load(files)

    assert expected in "\n".join(error.value.problems)


def test_all_faults_of_all_files_are_told_at_once(files: Path) -> None:
    """Three broken files, three lines."""
    for name in ("initial_router.yaml", "human_handoff.yaml", "amazon_processing.yaml"):
        change(files / name, "role", "clerk")

    with pytest.raises(AgentsError) as error:
        load(files)

    assert [problem.split(":")[0] for problem in error.value.problems] == [
        "amazon_processing.yaml",
        "human_handoff.yaml",
        "initial_router.yaml",
    ]


def test_yaml_that_cannot_be_read_is_told_with_its_line(files: Path) -> None:
    """The line is where the parser stopped."""
    (files / "shop.yaml").write_text("name: [unclosed\nhours: 3")

    with pytest.raises(AgentsError, match=r"shop\.yaml: line 2: is not valid YAML"):
        load(files)


def test_missing_files_are_told_with_the_directory(tmp_path: Path) -> None:
    """An empty directory is not a catalogue."""
    with pytest.raises(AgentsError, match=r"shared.yaml: is missing"):
        load(tmp_path)
