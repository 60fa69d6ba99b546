"""The words of a scenario that depend on the seeded orders: `{order.number}`, `{other.zip_spoken}`, `{return.rma}` and so on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from returnflow.simulate.scenario import Scenario
from returnflow.tools.demo_orders import DemoOrder

PLACEHOLDER = re.compile(r"\{((?:order|other|return\d*)\.\w+)\}")
_SPOKEN = dict(zip("0123456789", "oh one two three four five six seven eight nine".split(), strict=True))


class UnknownWord(Exception):
    """A placeholder that this scenario does not have; the text lists what it has."""


def words_of(demos: Mapping[str, DemoOrder], scenario: Scenario) -> dict[str, str]:
    """Placeholder → word, for the orders this scenario names."""
    found: dict[str, str] = {}
    for prefix, named in (("order", scenario.order), ("other", scenario.other)):
        if named is not None:
            found |= {f"{prefix}.{name}": word for name, word in _order_words(demos[named.shows])}
    return found


def fill(text: str, words: Mapping[str, str], put: Callable[[str], str] = str) -> str:
    """The text with its words in, each passed through `put` (`re.escape` for patterns). Raises UnknownWord."""

    def word(found: re.Match[str]) -> str:
        if found[1] not in words:
            raise UnknownWord(f"{found[0]} is not known here, expected one of {', '.join(sorted(words)) or 'none: name an order first'}")
        return put(words[found[1]])

    return PLACEHOLDER.sub(word, text)


def spoken(digits: str, *sizes: int) -> str:
    """Digits as people say them, in groups: "one one four, five five"."""
    groups, rest = [], digits
    for size in sizes:
        groups.append(rest[:size])
        rest = rest[size:]
    return ", ".join(" ".join(_SPOKEN.get(letter, letter) for letter in group) for group in (*groups, rest) if group)


def _order_words(demo: DemoOrder) -> Iterator[tuple[str, str]]:
    order = demo.order
    digits = order.order_number
    yield from (("number", demo.spaced), ("digits", digits), ("last_seven", digits[-7:]), ("last_four", digits[-4:]))
    yield "number_spoken", spoken(digits, 3, 7) if len(digits) == 17 else spoken(digits, 4, 4, 4)
    yield "first_half", spoken(digits[: len(digits) // 2])
    yield "second_half", spoken(digits[len(digits) // 2 :])
    yield "last_seven_spoken", spoken(digits[-7:], 3)
    yield from (("zip", order.zip), ("zip_spoken", spoken(order.zip)), ("first_name", order.first_name or ""))
    yield from (("last_name", order.last_name), ("last_name_spelled", ", ".join(order.last_name.upper())))
    yield "store", order.store.capitalize()
    for number, line in enumerate(order.lines, start=1):
        yield ("item" if number == 1 else f"item{number}"), line.title
