"""The page's pure modules, run in the browser they are for: no second JavaScript engine is needed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.customer import Customer

STATIC = Path(__file__).parents[2] / "static"
MODULES = sorted((STATIC / "js").glob("*.js"))
FUNCTION = re.compile(r"^(\s*)(?:export )?(?:async )?(?:static )?(?:function |constructor|get |#?\w+)\s*[#\w]*\([^;]*\) \{$")
MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
Run = Callable[[str, str, Any], Any]


@pytest.fixture
def run(customer: Customer) -> Run:
    """Call an expression with a module of the page as `m` and a value as `x`."""
    customer.opens()

    def call(module: str, expression: str, value: Any) -> Any:
        return customer.page.evaluate(f"async x => {{ const m = await import('/static/js/{module}.js'); return {expression}; }}", value)

    return call


OFFER = "You'd get sixty four dollars back the way you paid. Shall I set it up?"
ECHOES = [
    ("you'd get sixty four dollars back the way you paid", OFFER, False, True),
    ("blue pillows", "Blue pillows, or gray?", False, False),
    ("the blue pillows from walmart are the wrong color", "Blue pillows, or gray?", False, False),
    ("yes set it up", OFFER, False, False),
    ("set it up", OFFER, True, True),
    ("gray", "Blue pillows, or gray?", True, False),
    ("", "Anything else?", True, False),
]
"""(what was heard, what was spoken before, whether it began right after, whether it is an echo)"""
SENTENCES = {
    "Found it. You'd get $64.94 back! Shall I?": 3,
    "4 8 2, 9 1 3, 0 7 7": 1,
    "Send it to maple.street. Wait… now.": 3,
    "...": 1,
    "": 0,
}


def test_an_echo_is_told_from_an_answer(run: Run) -> None:
    """The assistant's own words coming back are an echo; a customer who repeats a choice is not."""
    told = run("echo", "x.map(([heard, spoken, soon]) => m.isEcho(heard, spoken, soon))", [row[:3] for row in ECHOES])
    assert [(row[0], row[3]) for row in ECHOES] == [(row[0], echo) for row, echo in zip(ECHOES, told, strict=True)]


def test_sentences_join_back_to_the_text(run: Run) -> None:
    """Cut for the voice, nothing is lost: so spoken characters can be counted over the whole reply."""
    found = run("echo", "x.map(m.sentences)", list(SENTENCES))
    assert {"".join(parts): len(parts) for parts in found} == SENTENCES


def test_a_persons_words_are_added_and_our_own_are_not_repeated(run: Run) -> None:
    """History that the page has shown itself, even redacted by the server, appears once; a person's line is new."""
    state = {
        "messages": [],
        "seen": 1,
        "own": [{"role": "user", "text": "text me at 404 555 0188"}, {"role": "assistant", "text": "I added that to your case."}],
    }
    history = [
        {"role": "assistant", "content": "Hi", "agent": "initial_router", "at": "2026-11-21T15:00:00Z"},
        {"role": "user", "content": "text me at [phone]", "agent": None, "at": "2026-11-21T15:01:00Z"},
        {"role": "assistant", "content": "I added that to your case.", "agent": "human_handoff", "at": "2026-11-21T15:01:00Z"},
        {"role": "person", "content": "Dana here, one moment.", "agent": "dana", "at": "2026-11-21T15:02:00Z"},
    ]

    merged = run("history", "m.mergeHistory(x.state, x.history)", {"state": state, "history": history})

    assert [line["text"] for line in merged["messages"]] == ["Dana here, one moment."]
    assert (merged["seen"], merged["own"]) == (4, [])


def test_an_answer_to_another_turn_changes_nothing(run: Run) -> None:
    """Only the open turn's answer counts, so that a late one cannot overwrite a newer one."""
    events = """(() => {
      const open = m.reduce({ ...m.initial, phase: "open" }, { type: "sending", body: { turn_id: "b", text: "two" }, at: x });
      return m.reduce(open, { type: "answered", at: x, answer: { turn_id: "a", reply: { text: "late" }, cards: [], state: {} } });
    })()"""
    state = run("state", events, "2026-11-21T15:00:00Z")
    assert (state["pending"]["body"]["turn_id"], [line["text"] for line in state["messages"]]) == ("b", ["two"])


def test_modules_stay_small_and_only_the_view_touches_the_document() -> None:
    """Files within 400 lines, functions within 40, no markup from text, and `document` only where elements are drawn or wired."""
    drawing = {"dom.js", "view.js", "keys.js", "main.js"}
    texts = {path.name: path.read_text() for path in MODULES}
    assert [name for name, text in texts.items() if len(text.splitlines()) > 400] == []
    assert [name for name, text in texts.items() if MARKUP.search(text)] == []
    assert [name for name, text in texts.items() if re.search(r"\bdocument\b\.", text) and name not in drawing] == []
    assert {name: long for name, text in texts.items() if (long := long_functions(text))} == {}


def long_functions(text: str) -> list[str]:
    """First lines of functions and methods longer than 40 lines, by their indentation."""
    found = []
    lines = text.splitlines()
    for start, line in enumerate(lines):
        opened = FUNCTION.match(line)
        if not opened:
            continue
        end = next((number for number in range(start + 1, len(lines)) if lines[number] == f"{opened[1]}}}"), start)
        if end - start + 1 > 40:
            found.append(line.strip())
    return found
