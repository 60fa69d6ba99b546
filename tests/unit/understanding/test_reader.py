"""The reader as a whole: the ideal calls, several things at once, and anything that anybody may say."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from returnflow.understanding.model import INTENTS, SLOTS, Hearing, Understanding
from returnflow.understanding.reader import Reader, default_reader
from tests.unit.understanding.scenes import CONTACT_CHOICES, ITEM_CHOICES, LINES, STORE_CHOICES, read, scene

ASKED = (
    "",
    "journey",
    "store",
    "order_number",
    "identity",
    "items",
    "quantity",
    "offer",
    "pass_on",
    "contact_by",
    "contact",
    "rma",
    "anything_else",
)
WORDS = (
    "one two twenty hundred thousand double oh to for no wait sorry yes but lamp blue broken 114 5567022 "
    "my name is at dot K W . , ? ! - refund "
).split()


class TestSimpleAmazonReturn:
    """reference/experience.md, 1.1."""

    def test_the_opening_gives_store_thing_and_reason(self) -> None:
        """And that they are annoyed."""
        heard = read("my headphones from amazon they crackle it's driving me nuts", "journey")

        assert (heard.intent, heard.values["store"], heard.values["reason"]) == ("start_return", "amazon", "DEFECTIVE")
        assert [(item.text, item.reason) for item in heard.items] == [("headphones", "DEFECTIVE")]
        assert heard.sentiment == "annoyed"

    def test_the_number_is_read(self) -> None:
        """In groups of three, seven and seven."""
        heard = read("one one four, five five six seven oh two two, three four nine nine one oh eight", "order_number", store="amazon")

        assert (heard.intent, heard.values["order_number"]) == ("inform", "11455670223499108")

    def test_zip_and_name_come_together(self) -> None:
        """One answer to one question."""
        heard = read("nine seven two one four, Reyes", "identity")

        assert (heard.values["zip"], heard.values["last_name"]) == ("97214", "Reyes")

    @pytest.mark.parametrize(
        "said,slot,answer", [("yes please", "offer", "yes"), ("no that's it", "anything_else", "no"), ("fine", "steps", "yes")]
    )
    def test_the_short_answers(self, said: str, slot: str, answer: str) -> None:
        """Each read against its question."""
        assert (read(said, slot).answer, read(said, slot).intent) == (answer, answer)


class TestWalmartWithCorrections:
    """reference/experience.md, 1.2."""

    def test_each_thing_has_its_own_reason(self) -> None:
        """Lamp broken, pillows the wrong color."""
        heard = read("I bought some stuff at Walmart, lamp is broken, and pillows, wrong color", "journey")

        assert (heard.intent, heard.values["store"]) == ("start_return", "walmart")
        assert [(item.text, item.reason) for item in heard.items] == [("lamp", "DEFECTIVE"), ("pillows", "INCORRECT_ITEM")]

    def test_half_a_number_and_a_pause(self) -> None:
        """The number stays open and nobody hurries."""
        heard = read("two thousand one three four two … wait I get my glasses", "order_number", store="walmart")

        assert (heard.intent, heard.partial_order_number, heard.items) == ("wait", "20001342", ())

    def test_the_other_half(self) -> None:
        """Joined to fifteen digits."""
        heard = read("okay. seven zero four eight four one two", "order_number", store="walmart", partial_order_number="20001342")

        assert heard.candidates == ("200013427048412",)

    def test_a_spelled_name_beside_the_zip(self) -> None:
        """Both facts."""
        heard = read("six oh six one four. Kowalczyk. K, O, W, A, L, C, Z, Y, K", "identity")

        assert (heard.values["zip"], heard.values["last_name"]) == ("60614", "Kowalczyk")

    def test_the_gray_both_no_the_blue(self) -> None:
        """Two blue ones in the end."""
        heard = read("the gray. both. no wait, the blue, two blue ones", "items", lines=LINES, choices=ITEM_CHOICES)

        assert [(item.line_ids, item.quantity) for item in heard.items] == [(("blue",), 2)]

    def test_an_answer_and_a_policy_question(self) -> None:
        """Broken non-native grammar included."""
        heard = read("yes broken in box. how long I have for phone? I buy phone also there", "condition", lines=LINES)

        assert (heard.answer, heard.values["reason"], heard.values["category"]) == ("yes", "DAMAGED", "phone")
        assert heard.has("ask_policy")

    def test_what_only_the_lamp_would_bring(self) -> None:
        """A question about the offer, with the thing it is about; not an answer."""
        heard = read("how much for only lamp", "offer", lines=LINES)

        assert (heard.answer, heard.intent) == (None, "ask_policy")
        assert [item.line_ids for item in heard.items] == [("lamp",)]

    def test_both_and_yes(self) -> None:
        """A choice, then an answer."""
        assert read("both", "items", lines=LINES[:2], choices=ITEM_CHOICES[:2]).choices == ("lamp", "blue")
        assert read("yes", "offer").answer == "yes"


class TestTooLateAndAngry:
    """reference/experience.md, 1.3."""

    def test_the_opening(self) -> None:
        """Thing, reason, wish and anger."""
        heard = read("your blender died after six weeks and I want my money back NOW", "journey")

        assert (heard.intent, heard.values["reason"], heard.values["preference"]) == ("start_return", "DEFECTIVE", "refund")
        assert heard.sentiment == "angry"

    def test_the_store_and_a_complaint(self) -> None:
        """The store is chosen; ridiculous is nobody's name."""
        heard = read("amazon. this is ridiculous I already told your chat thing", "store", choices=STORE_CHOICES)

        assert (heard.choices, heard.sentiment) == (("amazon",), "angry")
        assert "last_name" not in heard.values

    def test_three_facts_at_once(self) -> None:
        """Number, ZIP and name before they were asked for."""
        heard = read("114-7781203-5567890 and it's 30309, Brooks, I know you're gonna ask", "order_number", store="amazon")

        assert heard.intent == "inform"
        assert (heard.values["order_number"], heard.values["zip"], heard.values["last_name"]) == ("11477812035567890", "30309", "Brooks")

    def test_so_you_are_saying_no(self) -> None:
        """Is no answer; and they ask whether we are a person."""
        heard = read("so you're saying no. are you even a person", "pass_on")

        assert (heard.answer, heard.intent) == (None, "are_you_human")

    def test_fine_get_me_someone(self) -> None:
        """A person, now."""
        heard = read("ugh FINE. get me someone", "pass_on")

        assert (heard.intent, heard.sentiment) == ("human", "angry")

    def test_the_way_and_the_number(self) -> None:
        """Text, and the phone."""
        heard = read("text. four oh four, five five five, oh one eight eight", "contact_by", choices=CONTACT_CHOICES)

        assert (heard.values["contact_by"], heard.values["phone"], heard.choices) == ("text", "4045550188", ("text",))

    def test_yeah(self) -> None:
        """Right."""
        assert read("yeah", "contact_ok").answer == "yes"


def test_the_platform_may_not_turn_a_no_into_a_yes() -> None:
    """The raw transcript decides."""
    heard = default_reader().read(Hearing("Yes, go ahead.", heard=("no don't",)), scene("offer"))

    assert heard.answer == "no"


def test_digits_come_from_what_was_heard() -> None:
    """A model may shorten them in the query."""
    heard = default_reader().read(Hearing("My order is 114 556 349", heard=("114 5567022 3499108",)), scene("order_number"))

    assert heard.candidates == ("11455670223499108",)


def test_words_nobody_taught_are_not_understood() -> None:
    """It abstains, with little confidence."""
    heard = read("asdf qwer zxcv")

    assert (heard.intent, heard.confidence <= 0.3) == ("dont_know", True)


def _sound(heard: Understanding) -> None:
    assert heard.intent in INTENTS
    assert heard.intents[0][0] == heard.intent
    assert 0 <= heard.confidence <= 1
    assert set(heard.slots) <= set(SLOTS)
    assert heard.sentiment in {"calm", "annoyed", "angry"}
    assert heard.answer in {"yes", "no", "doubtful", None}
    assert ("order_number" in heard.values) == (len(heard.candidates) == 1)


@settings(max_examples=300)
@example("", "")
@example("👍" * 300, "offer")
@given(st.text(max_size=300), st.sampled_from(ASKED))
def test_nothing_that_is_typed_raises(text: str, asked: str) -> None:
    """And every answer is well formed, its personal parts quoted from the text."""
    heard = read(text, asked, lines=LINES)

    _sound(heard)
    assert all(part in text for part in heard.personal)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from(ASKED))
def test_no_mixture_of_our_words_raises(words: list[str], asked: str) -> None:
    """Numbers, corrections and names in any order."""
    _sound(read(" ".join(words), asked, lines=LINES, partial_order_number="2000"))


@pytest.mark.parametrize(
    "text",
    ["1-" * 500, "no " * 330, "double " * 140, "a.b@" * 250, "one no two no " * 70, "twenty one " * 90, "get me in touch with " * 50],
)
def test_no_text_takes_long(text: str) -> None:
    """Of at most a thousand characters; generous, as machines are busy."""
    read("hello")
    started = time.process_time()
    read(text, "order_number", lines=LINES)

    assert time.process_time() - started < 0.5


def test_weights_that_are_missing_or_strange_say_so(tmp_path: Path) -> None:
    """With the command that makes them."""
    (tmp_path / "strange.json").write_text("{}", encoding="utf-8")
    (tmp_path / "half.json").write_text('{"format": "returnflow.intents.v1"}', encoding="utf-8")

    with pytest.raises(FileNotFoundError):
        Reader(tmp_path / "none.json")
    for name in ("strange", "half"):
        with pytest.raises(ValueError, match=r"understanding\.train"):
            Reader(tmp_path / f"{name}.json")


def test_reading_needs_no_training_library() -> None:
    """scikit-learn and numpy stay out of the running app."""
    loads = "import sys; from returnflow.understanding.reader import default_reader; default_reader();"
    code = loads + "print({'sklearn', 'numpy', 'scipy', 'dateparser'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
