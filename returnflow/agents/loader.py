"""YAML files → `Catalogue`. Every problem of every file is reported at once as `file: key: what is wrong, what was expected`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from returnflow.agents.checks import catalogue_problems
from returnflow.agents.schema import AgentFile, SharedFile, TransitionFile, hints
from returnflow.conversation.definitions import AgentDefinition, Catalogue, Role, Say, Shared, SlotDefinition, Transition, Wording
from returnflow.retail.problems import problems
from returnflow.retail.shop import Shop, ShopError, parse_shop

T = TypeVar("T", AgentFile, SharedFile)
SHARED_FILE, SHOP_FILE = "shared.yaml", "shop.yaml"
SUFFIXES = ("typed", "no_screen")


class AgentsError(Exception):
    """The definitions cannot be used. `problems` has a line for each thing to repair."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class _Files:
    agents: tuple[tuple[str, AgentFile], ...]
    shared: SharedFile | None
    shop: Shop | None
    checksum: str


def default_agents_dir() -> Path:
    """Where the definitions that ship with ReturnFlow are."""
    return Path(__file__).parent


def load_catalogue(dirs: Sequence[Path], shop_file: Path | None, stores: Mapping[str, str]) -> Catalogue:
    """Read all agents of these directories, later ones over earlier ones by file name, for the enabled `stores` (id → label).

    Raises AgentsError with every problem of every file.
    """
    found: list[str] = []
    files = _read_all(dirs, shop_file, found)
    if found or files.shared is None or files.shop is None:
        raise AgentsError(found or ["no definitions found"])
    agents = {agent.id: _agent(agent) for _, agent in files.agents if agent.store is None or agent.store in stores}
    catalogue = Catalogue(agents, _shared(files.shared), files.shop, files.checksum, dict(stores))
    found += catalogue_problems(catalogue, {agent.id: name for name, agent in files.agents})
    if found:
        raise AgentsError(found)
    return catalogue


def _read_all(dirs: Sequence[Path], shop_file: Path | None, found: list[str]) -> _Files:
    found += [f"{directory}: is not a directory" for directory in dirs if not directory.is_dir()]
    paths = {path.name: path for directory in dirs for path in sorted(directory.glob("*.yaml"))}
    if shop_file is not None:
        paths[SHOP_FILE] = shop_file
    documents = {name: _yaml(path, name, found) for name, path in sorted(paths.items())}
    for name in (SHARED_FILE, SHOP_FILE):
        if name not in documents:
            found.append(f"{name}: is missing, expected it in {', '.join(map(str, dirs))}")
    shared = _parse(SharedFile, documents.get(SHARED_FILE), SHARED_FILE, found)
    shop = _shop(documents.get(SHOP_FILE), found)
    parsed = [(name, _parse(AgentFile, data, name, found)) for name, data in documents.items() if name not in (SHARED_FILE, SHOP_FILE)]
    agents = tuple((name, agent) for name, agent in parsed if agent is not None)
    _same_ids(agents, found)
    return _Files(agents, shared, shop, _checksum(documents))


def _yaml(path: Path, name: str, found: list[str]) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        found.append(f"{name}: the file: cannot be read ({error.strerror})")
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        found.append(f"{name}: line {mark.line + 1 if mark else '?'}: is not valid YAML, check indentation and quotes")
    return None


def _parse(kind: type[T], data: Any, name: str, found: list[str]) -> T | None:
    if data is None:
        return None
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        found += problems(error, name, hints(), kind.model_fields)
        return None


def _shop(data: Any, found: list[str]) -> Shop | None:
    if data is None:
        return None
    try:
        return parse_shop(data, SHOP_FILE)
    except ShopError as error:
        found += error.problems
        return None


def _same_ids(agents: tuple[tuple[str, AgentFile], ...], found: list[str]) -> None:
    seen: dict[str, str] = {}
    for name, agent in agents:
        if agent.id in seen:
            found.append(f"{name}: id: {agent.id} is also in {seen[agent.id]}, expected each id once")
        seen[agent.id] = name


def _checksum(documents: Mapping[str, Any]) -> str:
    """Eight hex digits that change exactly when a definition does; comments and layout do not count."""
    return hashlib.sha256(repr(sorted((name, repr(data)) for name, data in documents.items())).encode()).hexdigest()[:8]


def _say(raw: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Say:
    """`key`, `key.typed` and `key.no_screen` become one wording."""
    said: dict[str, dict[str, Wording]] = {}
    for language, keys in raw.items():
        said[language] = {
            key: Wording(tuple(spoken), tuple(keys.get(f"{key}.typed", ())), tuple(keys.get(f"{key}.no_screen", ())))
            for key, spoken in keys.items()
            if not key.endswith(tuple(f".{suffix}" for suffix in SUFFIXES))
        }
    return said


def _agent(file: AgentFile) -> AgentDefinition:
    return AgentDefinition(
        id=file.id,
        name=file.name,
        role=Role(file.role),
        store=file.store,
        voice=file.voice.voice,
        style=file.style,
        say=_say(file.say),
        slots=tuple(_slot(slot) for slot in file.slots),
        tools=file.tools,
        transitions=tuple(_transition(each) for each in file.transitions),
        silence_seconds=file.silence_seconds,
    )


def _transition(file: TransitionFile) -> Transition:
    return Transition(file.to, {str(fact): value for fact, value in file.when.items()}, file.priority)


def _slot(file: Any) -> SlotDefinition:
    return SlotDefinition(file.name, file.kind, file.confirm, file.tries, file.example, tuple(file.choices.items()))


def _shared(file: SharedFile) -> Shared:
    journeys = {str(name): tuple(steps.items()) for name, steps in file.journeys.items()}
    return Shared(_say(file.say), dict(file.labels), dict(file.reasons), journeys)
