"""The documents cannot lie: their commands run, what they print is compared, and every name in them is one of the code."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import click
import pytest
import yaml
from pydantic import BaseModel

from returnflow import errors
from returnflow.agents.checks import FORMS
from returnflow.agents.schema import FACTS as TRANSITION_FACTS
from returnflow.agents.schema import AgentFile, SlotFile
from returnflow.cli import ENTRIES
from returnflow.config import TABLE, Settings
from returnflow.conversation.facts import FACTS, GIVEN
from returnflow.conversation.ports import StoredSession
from returnflow.conversation.service import TurnRequest
from returnflow.metrics import Metrics
from returnflow.retail import rules, shop
from returnflow.retail.days import local_today
from returnflow.simulate import scenario
from returnflow.tools.order_book import import_orders
from returnflow.tools.order_file import COLUMNS
from returnflow.wiring import build
from tests.calls import Clock, memory_database
from tests.services.app_server import DEVELOPMENT, settings_for
from tests.services.parts import free_port
from tests.services.processes import running

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCS = [README, *sorted((ROOT / "docs").glob("*.md"))]
TOYS = ROOT / "docs" / "examples" / "toys"
ADDRESS = "127.0.0.1:5040"
PROVED_ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "git clone … && cd returnflow": ("tests/clean_clone.py", '"git", "clone"'),
    "make run": ("tests/clean_clone.py", '"make", "run"'),
    "make test": (".ci/run", "make test"),
    "gunicorn wsgi:app": ("tests/http/test_gunicorn.py", "program=GUNICORN"),
}
"""Commands that no test here runs → where they are proven, and the words there that do it."""
NOT_IN_A_CHECKOUT = shutil.ignore_patterns(
    ".*cache", ".git", ".venv", ".env", "__pycache__", "var", "build", "mine", "tests", ".hypothesis"
)
BLOCK = re.compile(r"^```sh\n(?P<commands>.*?)^```\n(?:```text\n(?P<printed>.*?)^```\n)?", re.MULTILINE | re.DOTALL)
NEXT_BLOCK = "--- next block ---"
Json = dict[str, Any]


def keys_of(module: ModuleType) -> set[str]:
    """The fields of every model and dataclass that this module itself defines."""
    kinds = [each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__]
    models = {name for kind in kinds if issubclass(kind, BaseModel) for name in kind.model_fields}
    return models | {field.name.rstrip("_") for kind in kinds if is_dataclass(kind) for field in fields(kind)}


@dataclass(frozen=True)
class Reader:
    """Somebody with a checkout, a running server and a shell, who does what the documents say."""

    checkout: Path
    environment: Mapping[str, str]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.environment['PORT']}"

    def shell(self, script: str) -> str:
        """What these lines print, in one shell that stops at the first failure."""
        told = f"set -euo pipefail\n{script.replace(ADDRESS, self.address)}"
        command = ["bash", "-c", told]
        done = subprocess.run(
            command, cwd=self.checkout, env=dict(self.environment), stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def call(self, path: str, body: Json | None = None, bearer: str = "") -> Json:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {bearer}"}
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(f"http://{self.address}{path}", data, headers), timeout=30) as answer:
            return dict(json.load(answer))

    def tries(self, sentence: str, order: Json) -> Json:
        """Say a sentence of the first screen, give the order, agree to everything; gives the state that comes of it."""
        started = self.call("/api/sessions", {})
        state, said = started["state"], [sentence]
        for number in range(12):
            if number and (state["return"] or state["handoff"]):
                break
            turn = {"text": said.pop()} if said else self._answer(state["expecting"], order)
            path = f"/api/sessions/{started['session_id']}/turns"
            state = self.call(path, {"turn_id": f"t{number}", **turn}, started["session_token"])["state"]
        return dict(state)

    @staticmethod
    def _answer(expecting: Json, order: Json) -> Json:
        facts = {
            "store": order["store"],
            "order_number": order["order_number"],
            "zip": f"{order['zip']}, {order['last_name']}",
            "last_name": order["last_name"],
            "contact_by": "on this page",
            "items": "all of it",
            "quantity": "all of them",
        }
        return {"text": facts.get(expecting["slot"], "yes")}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A copy of the checkout with its server running, as after `make run`."""
    folder = tmp_path_factory.mktemp("reader")
    checkout = folder / "returnflow"
    shutil.copytree(ROOT, checkout, ignore=NOT_IN_A_CHECKOUT)
    (checkout / ".venv").symlink_to(sys.prefix)
    environment = settings_for(folder, PORT=str(free_port()))
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    someone = Reader(checkout, environment)
    someone.shell("flask upgrade-db; flask seed-demo --try")
    with running(
        [sys.executable, *DEVELOPMENT], log=folder / "app.log", cwd=checkout, env=environment, ready=lambda: _up(someone), seconds=60
    ):
        yield someone


def _up(someone: Reader) -> bool:
    try:
        return bool(someone.call("/health/ready")["status"] == "ok")
    except OSError:
        return False


@pytest.fixture(scope="module")
def first_screen(reader: Reader) -> list[tuple[str, Json]]:
    """The three sentences that `make run` prints, with the state that each leads to. The headphones are left for the README's curl."""
    orders = {order["order_number"]: order for order in json.loads(reader.shell("flask seed-demo --json 2>/dev/null"))["orders"]}
    printed = re.findall(r'^ +\d\. "(.+)"\n +order (\S+), ZIP', reader.shell("flask seed-demo --try"), re.MULTILINE)
    chosen = [(sentence, next(order for name, order in orders.items() if _digits(name) == _digits(number))) for sentence, number in printed]
    return [(sentence, {} if "headphones" in sentence else reader.tries(sentence, order)) for sentence, order in chosen]


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def blocks(document: Path) -> list[tuple[str, str]]:
    """(commands, what they print) of every `sh` block."""
    return [(found["commands"], found["printed"] or "") for found in BLOCK.finditer(document.read_text())]


def compared(printed: str, promised: str) -> Iterator[str]:
    """Promised lines that did not come, in this order; … stands for anything within a line."""
    place = 0
    for line in filter(None, promised.splitlines()):
        pattern = "^" + ".*?".join(map(re.escape, line.split("…"))) + r"[ \t]*$"
        found = re.compile(pattern, re.MULTILINE).search(printed, place)
        if found is None:
            yield f"did not print {line!r} but\n{printed[-3000:]}"
        else:
            place = found.end()


@pytest.mark.timeout(400)
@pytest.mark.parametrize("document", [path for path in DOCS if blocks(path)], ids=lambda path: path.name)
def test_the_commands_of_a_document_run(document: Path, reader: Reader, first_screen: list[tuple[str, Json]]) -> None:
    """Every `sh` block runs as written, from top to bottom in one shell, and prints what the block after it says."""
    assert first_screen
    written = blocks(document)

    printed = reader.shell(f"echo '{NEXT_BLOCK}'\n".join(commands for commands, _ in written)).split(f"{NEXT_BLOCK}\n")

    assert len(printed) == len(written)
    assert [problem for text, (_, promised) in zip(printed, written, strict=True) for problem in compared(text, promised)] == []


def test_the_first_screen_keeps_its_word(first_screen: list[tuple[str, Json]]) -> None:
    """Its sentences are those that `make run` prints; one ends with a return and its slip, one with a case for a person."""
    written = re.findall(r'^  \d\. "(.+?)"', README.read_text(), re.MULTILINE)
    _, (_, bought), (_, too_late) = first_screen

    assert [sentence for sentence, _ in first_screen] == written
    assert bought["return"]["slip"]
    assert too_late["handoff"]["reference"]


def test_a_command_that_is_not_run_here_is_proven_elsewhere() -> None:
    """Nothing in the README is skipped in silence: what is no `sh` block stands in the table, and the table is true."""
    indented = re.findall(r"^    (\S.*?)(?: +#.*)?$", README.read_text(), re.MULTILINE)
    fences = set(re.findall(r"^```(\w+)$", README.read_text(), re.MULTILINE))

    assert set(indented) - set(PROVED_ELSEWHERE) == set()
    assert fences <= {"sh", "text"}
    assert [command for command, (file, words) in PROVED_ELSEWHERE.items() if words not in (ROOT / file).read_text()] == []


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_a_command_in_a_sentence_exists(document: Path) -> None:
    """`flask …` and `make …` name a command, a subcommand or a target that there is; other programs stand in the table."""
    known = {f"flask {name}" for name, _ in commands()} | {f"make {target}" for target in targets()} | set(PROVED_ELSEWHERE)
    said = re.findall(r"`((?:flask|make|gunicorn) [a-z][^`]*)`", document.read_text())

    assert [command for command in said if not any(command == each or command.startswith(f"{each} ") for each in known)] == []


def targets() -> list[str]:
    return re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)


def commands() -> Iterator[tuple[str, set[str]]]:
    """Every command that does something, with its options."""
    for entry in ENTRIES:
        module, _, name = entry.target.partition(":")
        yield from _leaves(entry.name, getattr(import_module(f"returnflow.cli.{module}"), name))


def _leaves(name: str, command: click.Command) -> Iterator[tuple[str, set[str]]]:
    if isinstance(command, click.Group):
        for each, below in command.commands.items():
            yield from _leaves(f"{name} {each}", below)
    else:
        yield name, {option for each in command.params if isinstance(each, click.Option) for option in each.opts}


def test_every_command_and_option_is_documented() -> None:
    """docs/commands.md has a row for each command with exactly its options."""
    rows = re.findall(r"^\| (`flask .+?) \|(.*?)\|.*\|$", (ROOT / "docs" / "commands.md").read_text(), re.MULTILINE)
    written = {
        re.sub(r" \[?[A-Z]+\]?", "", name): set(re.findall(r"`(--[\w-]+)`", options))
        for names, options in rows
        for name in re.findall(r"`flask ([^`]+)`", names)
    }

    assert dict(commands()) == written


def test_every_column_of_an_import_is_documented() -> None:
    """docs/commands.md names each column."""
    assert COLUMNS - named("commands.md") == set()


def named(document: str) -> set[str]:
    """Everything in backticks, and the words inside."""
    quoted = re.findall(r"`([^`\n]+)`", (ROOT / "docs" / document).read_text())
    return {word for text in quoted for word in [text, *re.findall(r"\w+", text)]}


def test_every_setting_in_a_document_exists() -> None:
    """A setting that was renamed is renamed everywhere; docs/configuration.md has each."""
    names = {setting.name for setting in TABLE.values()}
    said = {name for path in [*DOCS, ROOT / "CHANGELOG.md"] for name in re.findall(r"\bRETURNFLOW_[A-Z_]+\b", path.read_text())}

    assert said - names == set()
    assert names - named("configuration.md") == set()


def test_every_route_is_documented(reader: Reader) -> None:
    """docs/api.md has exactly the routes of the running server."""
    paths = reader.call("/openapi.json")["paths"]
    routes = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}

    assert routes == set(re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`]*)`", "\n".join(_rows("api.md"))))


def _rows(document: str) -> list[str]:
    return [line for line in (ROOT / "docs" / document).read_text().splitlines() if line.startswith("| ")]


def test_every_error_code_is_documented() -> None:
    """docs/api.md has each code with its status."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.ReturnFlowError)]
    raised = {(kind.code, str(kind.status)) for kind in kinds if kind not in (errors.ReturnFlowError, errors.ConfigurationError)}

    assert raised == set(re.findall(r"^\| `([a-z_]+)` \| (\d{3}) \|", "\n".join(_rows("api.md")), re.MULTILINE))


def test_every_metric_is_documented() -> None:
    """docs/operations.md has each metric under the name that Prometheus sees, and no other."""
    metrics = {
        name
        for name in re.findall(r"^# TYPE (returnflow_\w+) ", Metrics().render().decode(), re.MULTILINE)
        if not name.endswith("_created")
    }

    assert metrics == set(re.findall(r"`(returnflow_\w+)", (ROOT / "docs" / "operations.md").read_text()))


@pytest.mark.parametrize("document", [*DOCS, ROOT / "CHANGELOG.md"], ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere(document: Path) -> None:
    """Every relative link is a file or folder here, every anchor a heading there."""
    text = document.read_text()
    links = [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'(?:src|href)="([^"]+)"', text)]
    broken = []
    for link in (each for each in links if "://" not in each):
        file, _, anchor = link.partition("#")
        target = document.parent / file if file else document
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)

    assert broken == []


def _anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_document_is_found_from_the_readme() -> None:
    """Nobody has to look into the folder to learn that a page exists."""
    linked = set(re.findall(r"\]\((docs/[^)#]+\.md)", README.read_text()))

    assert {path.relative_to(ROOT).as_posix() for path in DOCS[1:]} == linked


def test_every_value_of_a_wording_is_documented() -> None:
    """The table in docs/agents.md and the code know the same names in braces."""
    section = (ROOT / "docs" / "agents.md").read_text().partition("### Values")[2].partition("\n### ")[0]

    assert {*FACTS, *GIVEN} == set(re.findall(r"`\{(\w+)\}`", section))


def test_every_wording_is_documented() -> None:
    """docs/agents.md lists exactly the keys of the files that ship, beside the six questions of each slot."""
    files = [yaml.safe_load(path.read_text()) for path in sorted((ROOT / "returnflow" / "agents").glob("*.yaml"))]
    slots = {slot["name"] for file in files for slot in file.get("slots", ())}
    keys = {re.sub(r"\.(typed|no_screen)$", "", key) for file in files for key in file.get("say", {}).get("en", ())}
    section = (ROOT / "docs" / "agents.md").read_text().partition("### Keys")[2].partition("\n## ")[0]

    assert keys - {f"{slot}.{form}" for slot in slots for form in FORMS} == set(re.findall(r"`([a-z_0-9.]+)`", section))


@pytest.mark.parametrize(
    "document, expected",
    [
        ("agents.md", {*AgentFile.model_fields, *SlotFile.model_fields, *get_args(TRANSITION_FACTS)}),
        ("scenarios.md", keys_of(scenario) - {"file", "scenario"}),
        ("scenarios.md", {*scenario.RETURN_FIELDS, *scenario.HANDOFF_FIELDS, *get_args(scenario.Event)}),
        ("policies.md", keys_of(rules)),
        ("policies.md", keys_of(shop)),
    ],
)
def test_every_key_of_a_file_is_documented(document: str, expected: set[str]) -> None:
    """What may stand in an agent, scenario or policy file stands in its document."""
    assert expected - named(document) == set()


def test_the_example_of_a_scenario_passes(reader: Reader, tmp_path: Path) -> None:
    """The scenario in docs/scenarios.md is one that can be copied."""
    example = re.search(r"^```yaml\n(.*?)^```$", (ROOT / "docs" / "scenarios.md").read_text(), re.MULTILINE | re.DOTALL)
    assert example is not None
    file = tmp_path / "example.yaml"
    file.write_text(example[1])

    assert "1 passed, 0 failed" in reader.shell(f"flask simulate {file}")


def test_the_example_store_carries_a_whole_return() -> None:
    """docs/examples/toys: no code was changed, and the customer gets a return number and every cent of the puzzle that was paid."""
    chosen = {"SECRET_KEY": "k" * 32, "RETURNFLOW_AGENTS_DIR": str(TOYS / "agents"), "RETURNFLOW_POLICIES_DIR": str(TOYS / "policies")}
    clock = Clock()
    services = build(Settings.from_env(chosen), clock=clock, database=memory_database())
    today = local_today(clock(), services.catalogue.shop.time_zone)
    imported = import_orders((TOYS / "orders.csv").read_text(), database=services.database, policies=services.policies, today=today)
    session = StoredSession("toys", "0" * 64, "web", clock(), clock(), clock() + timedelta(days=1))
    services.conversations.start(session, user_identity="customer")

    said = ["I want to send back a puzzle from Pine Toys, I do not need it", "40118203", "04101, Larkin", "1", "yes"]
    answers = [services.conversations.handle_turn("toys", TurnRequest(f"t{number}", text)).answer for number, text in enumerate(said)]

    assert imported.imported == 1
    assert answers[-1]["state"]["return"]["refund_cents"] == 1850 + 102
    assert answers[-1]["state"]["agent"] == "toys_processing"
