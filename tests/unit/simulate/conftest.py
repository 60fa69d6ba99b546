"""What the runner's tests share: the shipped files, read once, and a way to play one scenario from a few lines of YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from textwrap import dedent

import pytest

from returnflow.agents.loader import default_agents_dir, load_catalogue
from returnflow.conversation.definitions import Catalogue
from returnflow.retail.policy import Policies
from returnflow.simulate.call import play as play_on
from returnflow.simulate.report import Result
from returnflow.simulate.scenario import Filed, load_scenarios
from returnflow.simulate.world import Worlds
from returnflow.understanding.reader import default_reader
from tests.calls import policies

Play = Callable[[str], Result]


@cache
def files(stores: tuple[str, ...]) -> tuple[Policies, Catalogue]:
    """The shipped policies and definitions with these stores on; with none named, as they ship."""
    having = policies()
    if stores:
        having = replace(having, stores={name: replace(policy, enabled=name in stores) for name, policy in having.items()})
    return having, load_catalogue([default_agents_dir()], None, {policy.store: policy.label for policy in having.enabled()})


@pytest.fixture(scope="session")
def worlds() -> Iterator[Worlds]:
    """Made once: every scenario gets a database of its own anyway."""
    made = Worlds(files, default_reader())
    yield made
    made.close()


@pytest.fixture
def filed(tmp_path: Path) -> Callable[[str], tuple[Filed, ...]]:
    """The scenarios in this YAML text."""

    def load(text: str) -> tuple[Filed, ...]:
        (tmp_path / "calls.yaml").write_text(dedent(text), encoding="utf-8")
        return load_scenarios(tmp_path / "calls.yaml")

    return load


@pytest.fixture
def play(filed: Callable[[str], tuple[Filed, ...]], worlds: Worlds) -> Play:
    """The result of the one scenario in this YAML text."""

    def played(text: str) -> Result:
        [only] = filed(text)
        return play_on(only, worlds.stage(only.scenario))

    return played
