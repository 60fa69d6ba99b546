"""How customers say order numbers: the other direction of the reader, for tests."""

from __future__ import annotations

import random
from collections.abc import Callable

UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NAMES = {2: "double", 3: "triple"}


def digit_by_digit(number: str, rng: random.Random) -> str:
    """ "one one four …", with oh, o or zero for 0."""
    return " ".join(rng.choice(("zero", "oh", "o")) if digit == "0" else UNITS[int(digit)] for digit in number)


def grouped(groups: tuple[int, ...]) -> Callable[[str, random.Random], str]:
    """Digits with a pause, a dash or the word "dash" between the store's groups."""

    def speak(number: str, rng: random.Random) -> str:
        parts, at = [], 0
        for size in groups:
            parts.append(digit_by_digit(number[at : at + size], rng))
            at += size
        return rng.choice((", ", " dash ", " - ", " … ")).join(parts)

    return speak


def two_digits(pair: str) -> str:
    """A pair as one number: "forty two", "oh five"."""
    value = int(pair)
    if pair[0] == "0":
        return f"oh {UNITS[value]}" if value else "oh oh"
    if value < 20:
        return TEENS[value - 10]
    return f"{TENS[value // 10]} {UNITS[value % 10]}" if value % 10 else TENS[value // 10]


def pairs(number: str, rng: random.Random) -> str:
    """The first digit alone when the count is odd, then pairs."""
    head = UNITS[int(number[0])] if len(number) % 2 else ""
    rest = number[len(number) % 2 :]
    return " ".join([head, *(two_digits(rest[at : at + 2]) for at in range(0, len(rest), 2))]).strip()


def doubled(number: str, rng: random.Random) -> str:
    """Repeats said as "double five" and "triple oh"."""
    said, at = [], 0
    while at < len(number):
        run = next(size for size in (3, 2, 1) if number[at : at + size] == number[at] * size)
        word = rng.choice(("oh", "zero")) if number[at] == "0" else UNITS[int(number[at])]
        said.append(f"{NAMES[run]} {word}" if run > 1 else word)
        at += run
    return " ".join(said)


def homophones(number: str, rng: random.Random) -> str:
    """As a recogniser may write it: to, for, ate, won inside the number."""
    heard = {"2": ("to", "too", "two"), "4": ("for", "four"), "8": ("ate", "eight"), "1": ("won", "one")}
    inner = [rng.choice(heard[digit]) if digit in heard else digit_by_digit(digit, rng) for digit in number[1:-1]]
    return " ".join([UNITS[int(number[0])], *inner, UNITS[int(number[-1])]])


def mixed(number: str, rng: random.Random) -> str:
    """Digits and words mixed, as number formatting leaves them: "114 five five 67"."""
    said, at = [], 0
    while at < len(number):
        size = rng.randint(1, 4)
        part = number[at : at + size]
        said.append(part if rng.random() < 0.6 else digit_by_digit(part, rng))
        at += size
    return " ".join(said)


def written(groups: tuple[int, ...]) -> Callable[[str, random.Random], str]:
    """Typed or pasted: with dashes, with spaces or plain, inside a sentence."""

    def speak(number: str, rng: random.Random) -> str:
        parts, at = [], 0
        for size in groups:
            parts.append(number[at : at + size])
            at += size
        return rng.choice(("{}", "it's {}", "order {} please", "my order number is {}, thanks")).format(
            rng.choice(("-", " ", "")).join(parts)
        )

    return speak


def corrected(number: str, rng: random.Random) -> str:
    """One digit said wrong and put right at once: "five, no, nine"."""
    at = rng.randrange(3, len(number))
    wrong = rng.choice([digit for digit in "123456789" if digit != number[at]])
    words = digit_by_digit(number[:at] + wrong, rng) + rng.choice((" no ", ", no, ", " sorry ", " I mean "))
    tail = digit_by_digit(number[at + 1 :], rng)
    return words + digit_by_digit(number[at], rng) + (", " + tail if tail else "")
