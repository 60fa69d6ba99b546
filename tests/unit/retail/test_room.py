"""What holds for the whole room."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import returnflow.retail
from returnflow.retail.policy import Policies

SOURCES = sorted(Path(returnflow.retail.__file__).parent.glob("*.py"))


def constants(tree: ast.AST) -> Iterator[str]:
    """Every text of a module that is not a docstring."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_store_is_known_to_the_code(policies: Policies, path: Path) -> None:
    """Stores differ in YAML only: no id, label or rule prefix of a store is in a rule's code."""
    known = {policy.store for policy in policies.values()} | {policy.label for policy in policies.values()}
    prefixes = {rule.id.partition(".")[0] + "." for policy in policies.values() for rule in policy.rules}
    # "shop" is also who pays for the parcel and a placeholder, in shop.py.
    allowed = {"shop"} if path.name == "shop.py" else set()
    found = [text for text in constants(ast.parse(path.read_text())) if text in known - allowed or text.startswith(tuple(prefixes))]

    assert found == []
