"""The shape of the house: who may import whom, how long a file may get, and what only one room may do."""

from __future__ import annotations

import ast
import json
import os
import re
import resource
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "returnflow"
SOURCES = sorted(PACKAGE.rglob("*.py"))
ENTRY_POINTS = [path for path in (ROOT / "app.py", ROOT / "wsgi.py", ROOT / "gunicorn.conf.py") if path.exists()]
MEETING_POINTS = ("factory.py", "wiring.py", "config.py")
FILE_LINES, MEETING_POINT_LINES, FUNCTION_LINES = 400, 150, 40
OPTIONAL = {"sentry-sdk", "scikit-learn", "numpy", "scipy"}
"""Imported only where asked for: error reports (`SENTRY_DSN`) and training (`make train`)."""
UNIMPORTED = {"gunicorn", "psycopg", "tzdata", "requests", "pyjwt", "livekit-api"}
"""Used without an import (server, database driver, zones), and the given ones that wait for their issue."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text()))


def places(found: Callable[[ast.AST], bool], *, allowed: Sequence[str] = ()) -> list[str]:
    """`file:line` of every node of the package that `found` says yes to, outside the allowed files and folders."""
    searched = [path for path in SOURCES if not path.relative_to(PACKAGE).as_posix().startswith(tuple(allowed) or ("\0",))]
    return [f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}" for path in searched for node in nodes(path) if found(node)]


def direct_dependencies(extra: str | None = None) -> set[str]:
    """The names that pyproject.toml lists, for the app or for an extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return {canonicalize_name(Requirement(line).name) for line in wanted}


def distributions_imported(paths: Iterable[Path]) -> set[str]:
    """The libraries that these files import, by the name they are installed under."""
    trees = [node for path in paths for node in nodes(path)]
    plain = {alias.name for node in trees if isinstance(node, ast.Import) for alias in node.names}
    names = plain | {node.module for node in trees if isinstance(node, ast.ImportFrom) and node.module}
    installed = packages_distributions()
    return {canonicalize_name(name) for top in {name.partition(".")[0] for name in names} for name in installed.get(top, ())}


def pinned(name: str) -> set[str]:
    """The names in a requirements file. Raises AssertionError for a line without an exact version."""
    found = [line for line in (ROOT / name).read_text().splitlines() if line and not line.lstrip().startswith("#")]
    assert [line for line in found if "==" not in line] == []
    return {canonicalize_name(line.partition("==")[0]) for line in found}


def test_rooms_import_only_what_lies_below_them() -> None:
    """The contracts in pyproject.toml hold: the layers, the pure core, Flask only at the edges."""
    # In a process of its own: it configures logging, which would silence the loggers of tests that run after it.
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_files_stay_short() -> None:
    """No file grows past the limit; the files where everything meets stay shorter still."""
    scripts = sorted((ROOT / "static" / "js").rglob("*.js"))
    limits = {path: MEETING_POINT_LINES if path.relative_to(PACKAGE).as_posix() in MEETING_POINTS else FILE_LINES for path in SOURCES}
    limits |= dict.fromkeys([*scripts, *(ROOT / "tests").rglob("*.py")], FILE_LINES)

    assert [f"{path.relative_to(ROOT)}: {lines(path)} > {limit}" for path, limit in limits.items() if lines(path) > limit] == []


def test_functions_stay_short() -> None:
    """Every function fits on a screen."""
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1}"
        for path in [*SOURCES, *ENTRY_POINTS]
        for node in nodes(path)
        if isinstance(node, Function) and node.end_lineno is not None and node.end_lineno - node.lineno >= FUNCTION_LINES
    ]

    assert long == []


def test_every_file_says_what_it_is_for() -> None:
    """Each module starts with a docstring."""
    assert [str(path.relative_to(ROOT)) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))] == []


def test_only_the_settings_read_the_environment() -> None:
    """`os.environ` and `os.getenv` appear in config.py alone."""

    def reads_environment(node: ast.AST) -> bool:
        names = {"environ", "environb", "getenv"}
        if isinstance(node, ast.ImportFrom):
            return node.module == "os" and any(alias.name in names for alias in node.names)
        return isinstance(node, ast.Attribute) and node.attr in names and isinstance(node.value, ast.Name) and node.value.id == "os"

    assert places(reads_environment, allowed=["config.py"]) == []


def test_only_the_command_line_prints() -> None:
    """Everything below logs or returns."""

    def prints(node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"

    assert places(prints, allowed=["cli/"]) == []


def test_the_package_itself_imports_nothing() -> None:
    """`import returnflow` costs nothing and starts nothing."""
    assert [node for node in nodes(PACKAGE / "__init__.py") if isinstance(node, ast.Import | ast.ImportFrom)] == []


def test_there_is_one_version() -> None:
    """pyproject.toml and the package name the same version, and the changelog has it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    package = re.search(r'__version__ = "(.+)"', (PACKAGE / "__init__.py").read_text())

    assert package is not None
    assert package.group(1) == project["version"]
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text()


def test_direct_dependencies_are_pinned() -> None:
    """Each has one version in its file, and nothing of testing or training is installed with the app."""
    assert direct_dependencies() - pinned("requirements.txt") == set()
    assert direct_dependencies("dev") - pinned("requirements-dev.txt") == set()
    assert direct_dependencies("train") - pinned("requirements-train.txt") == set()
    assert pinned("requirements.txt") & {"scikit-learn", "numpy", "scipy", "pytest", "playwright"} == set()


def test_every_import_is_pinned_and_every_dependency_is_used() -> None:
    """What is imported is in the requirements, and what is required is imported or has a reason to be there."""
    app, tests = distributions_imported([*SOURCES, *ENTRY_POINTS]), distributions_imported(sorted((ROOT / "tests").rglob("*.py")))

    assert app - pinned("requirements.txt") - OPTIONAL == set()
    assert tests - pinned("requirements-dev.txt") - OPTIONAL == set()
    assert direct_dependencies() - app - UNIMPORTED == set()


def test_every_dependency_has_its_reason() -> None:
    """docs/decisions/libraries.md has a line for each."""
    argued = set(re.findall(r"[a-z][a-z0-9-]+", (ROOT / "docs" / "decisions" / "libraries.md").read_text()))
    stubs = {name for name in direct_dependencies("dev") if name.startswith("types-")}

    assert (direct_dependencies() | direct_dependencies("dev") | direct_dependencies("train")) - stubs - argued == set()


def test_the_help_is_quick_and_loads_nothing_heavy() -> None:
    """`flask --help` costs at most a second more than importing Flask, and leaves training and voice libraries alone."""
    loaded = _run(
        "import sys, json; from flask.cli import cli\ntry: cli.main(['--help'])\nfinally: print('\\0', json.dumps(list(sys.modules)))"
    )
    modules = set(json.loads(loaded.partition("\0")[2]))
    bare = min(_cpu_seconds("import flask.cli") for _ in range(3))
    help_page = min(_cpu_seconds("from flask.cli import cli; cli.main(['--help'])") for _ in range(3))

    assert "Commands:" in loaded
    assert modules & {"sklearn", "numpy", "livekit", "playwright"} == set()
    assert help_page - bare < 1


def _run(code: str) -> str:
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def _cpu_seconds(code: str) -> float:
    """Processor time, not wall time: the machine may be busy with something else."""

    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = used()
    _run(code)
    return used() - before
