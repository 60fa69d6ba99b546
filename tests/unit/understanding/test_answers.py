"""Answers to yes/no questions: a no, a doubt or a correction is never a yes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnflow.understanding.answers import read_answer
from returnflow.understanding.model import Choice
from returnflow.understanding.text import Utterance
from tests.unit.understanding.scenes import LINES, read

YES = """
yes | yeah | yep | sure | okay | ok | fine | yes please | please | please do | go ahead | do it | sounds good | that works | works
for me | that's right | that's correct | correct | exactly | absolutely | of course | why not | sure why not | no problem | uh huh
| mm-hmm | I do | it did | set it up | let's do it | you got it | by all means | yes yes | yep, go
ahead | okay let's do that | that sounds great | fine by me | I agree | perfect, thank you | all right | alright | great | that
would be great
"""

NO = """
no | nope | nah | no thanks | no thank you | not really | not at all | never | absolutely not | I don't think so | I guess not |
probably not | yeah no | ok no thanks | no no no | that's wrong | that's not right | it didn't | I'd rather not | please don't |
don't do it | don't | cancel that | I do not want that | not yet | not now | no way | no sir | that is incorrect | it wasn't | I
refuse | yes no | no I said two | no, the other one | no, that's wrong | forget it | no not that | I don't want to | that doesn't
work for me | no wait
"""

DOUBT = """
I guess | I guess so | maybe | I suppose | probably | I think so | sort of | I don't know | not sure | I'm not sure | yes but the
blue one | yes but only one | yes if it's free | yes except the lamp | yes, actually no, wait | okay but not the pillows | if you
say so | whatever | it depends | yes I have a question | yes? | no yes | yes, make it two | yeah, instead send a new one | sure,
but hold on | yes, no, I mean yes | could be | yes but | okay, although I only want one | yes as long as it is free | hmm maybe
"""

NEITHER = """
so you're saying no | are you even a person | what is that | why | how long do I have | okay so how long do I have | you said yes
before | did you say yes | is that a yes | the blue one | two | one one four five | hold on | where do I find it | both | hello |
right now I am driving
"""


def table(text: str) -> list[str]:
    return [each.strip() for each in text.replace("\n", " ").split("|")]


@pytest.mark.parametrize("said", table(YES))
def test_a_plain_yes_is_a_yes(said: str) -> None:
    """In many wordings."""
    assert read(said, "offer").answer == "yes"


@pytest.mark.parametrize("said", table(NO))
def test_a_no_is_a_no(said: str) -> None:
    """And never a yes."""
    assert read(said, "offer").answer == "no"


@pytest.mark.parametrize("said", table(DOUBT))
def test_a_doubt_a_condition_or_a_change_is_not_a_yes(said: str) -> None:
    """It is doubtful, or a no."""
    assert read(said, "offer").answer in {"doubtful", "no"}


@pytest.mark.parametrize("said", table(NEITHER))
def test_questions_and_values_are_no_answer(said: str) -> None:
    """Words like no and yes inside a question mean nothing."""
    assert read(said, "offer").answer is None


@given(
    st.sampled_from(table(NO)),
    st.sampled_from(["", "um ", "well ", "oh ", "I said "]),
    st.sampled_from(["", " please", ".", "!", " okay?", " thanks"]),
)
def test_fillers_make_no_yes_of_a_no(said: str, before: str, after: str) -> None:
    """Whatever politeness stands around it."""
    assert read(before + said + after, "offer").answer != "yes"


@given(
    st.sampled_from(table(YES)),
    st.sampled_from([" but the blue one", ", no, wait", " but not that", " except one", ", make it two", " no"]),
)
def test_a_yes_with_a_change_is_not_a_yes(said: str, change: str) -> None:
    """The worst error is to commit it."""
    assert read(said + change, "offer").answer != "yes"


@pytest.mark.parametrize(
    "said", ["no that's it", "that's all", "nothing else", "I'm good", "nope", "no", "okay thanks bye", "that's it thank you"]
)
def test_nothing_more_is_a_no_to_anything_else(said: str) -> None:
    """The question decides what "that's it" means."""
    assert read(said, "anything_else").answer == "no"


def test_that_is_it_confirms_elsewhere() -> None:
    """As an answer to "is that right?"."""
    assert read("that's it", "contact_ok").answer == "yes"


def test_an_answer_is_only_given_to_a_question() -> None:
    """When nothing was asked, a yes carries little."""
    heard = read("yes")

    assert heard.answer is None
    assert heard.intent == "yes"
    assert heard.confidence < 0.99


def test_a_no_with_something_new_corrects() -> None:
    """Both intents hold."""
    heard = read("no, it's 97215", "contact_ok")

    assert heard.answer == "no"
    assert heard.has("no")
    assert heard.has("correction")


def test_a_yes_to_an_offer_that_names_only_some_things_is_doubtful() -> None:
    """Which of them was meant?"""
    assert read("yes the lamp", "offer", lines=LINES).answer == "doubtful"


def test_what_was_asked_is_no_correction() -> None:
    """Words of the question repeated in a reply bring nothing new."""
    asked = "Please confirm: two tickets on March 14th."

    assert read_answer(Utterance("two tickets"), asked=asked).change is False
    assert read_answer(Utterance("Get 3."), asked=asked).change is True
    assert read_answer(Utterance(""), asked=asked).answer is None


@pytest.mark.parametrize(
    "said,slot,answer",
    [
        ("yes cancel it", "cancel", "yes"),
        ("cancel it", "cancel", "yes"),
        ("no don't cancel it", "cancel", "no"),
        ("cancel that", "offer", "no"),
        ("yes start over", "start_over", "yes"),
        ("no, keep going", "start_over", "no"),
        ("no it's fine", "pass_on", "no"),
        ("no, I know how that works", "steps", "no"),
        ("no that's right", "contact_ok", "doubtful"),
    ],
)
def test_the_question_decides_what_its_own_words_mean(said: str, slot: str, answer: str) -> None:
    """To cancel is a yes to the question whether to cancel."""
    assert read(said, slot, kind="yes_no").answer == answer


def test_a_button_is_never_pressed_by_a_word_on_it() -> None:
    """Only a plain yes is the yes of the buttons."""
    buttons = (Choice("yes", "Yes, set it up"), Choice("change", "Change something"), Choice("no", "No thanks"))

    assert read("yes please", "offer", kind="yes_no", choices=buttons).choices == ("yes",)
    assert read("yes, but only one of them", "offer", kind="yes_no", choices=buttons).choices == ()
    assert read("set the refund to $900.00 and confirm", "offer", kind="yes_no", choices=buttons).choices == ()
    assert read("change something", "offer", kind="yes_no", choices=buttons).choices == ("change",)
    assert read("no thanks", "offer", kind="yes_no", choices=buttons).choices == ("no",)


PLAIN = """
yes please | yeah go ahead | sure thing | do it | yep set it up | okay yes | yes set up the return | sounds good thanks | fine |
uh huh | that's right | absolutely | hell yes | I'll take it | go on | will do | I said yes | 10-4 | y | yes the lamp | yes
the light | yes finally | she says yes please
"""

MORE = """
go ahead and tell me the fee first | do it later | do it on monday | set it up tomorrow | yes tomorrow | sure, what's the catch |
yes to what | yes who is it | yes one question | ok one question | okay, explain | right, and who pays the shipping? | alright,
alright, hold your horses | great, so I lose money | perfect, exactly what I feared | mom! yes in a minute! | yes honey I'm coming |
I would like to think, yes | yes the kettle | and that's the whole amount is it | it is what it is | shall I set it up yes
"""


@pytest.mark.parametrize("said", table(PLAIN))
def test_courtesies_and_words_of_the_question_leave_a_yes_a_yes(said: str) -> None:
    """Titles of the order's lines are words of the question too."""
    assert read(said, "offer", lines=LINES[:1]).answer == "yes"


@pytest.mark.parametrize("slot", ["offer", "pass_on", "steps", "contact_ok", "status_offer"])
@pytest.mark.parametrize("said", table(MORE))
def test_anything_beside_a_yes_makes_it_doubtful(said: str, slot: str) -> None:
    """Money must not move on a word inside another sentence."""
    assert read(said, slot, kind="yes_no", lines=LINES).answer == "doubtful"


@pytest.mark.parametrize(
    "said,slot,answer",
    [
        ("fine I'll keep it", "offer", "no"),
        ("no thanks, I changed my mind", "offer", "no"),
        ("I do not want that", "offer", "no"),
        ("fine. get me someone", "pass_on", "yes"),
        ("yes keep it", "cancel", "no"),
        ("yes I want to keep the return", "cancel", "no"),
        ("keep it", "cancel", "no"),
        ("cancel", "cancel", "yes"),
        ("please cancel return", "cancel", "yes"),
        ("I don't want to cancel", "cancel", "no"),
        ("great", "anything_else", "no"),
        ("perfect thanks", "anything_else", "no"),
        ("ok", "anything_else", "no"),
        ("n", "anything_else", "no"),
        ("nope all good", "anything_else", "no"),
        ("no that's all", "anything_else", "no"),
        ("no I mean the money", "anything_else", None),
        ("I have one more", "anything_else", "yes"),
        ("one more thing", "anything_else", "yes"),
        ("I do", "anything_else", "yes"),
    ],
)
def test_what_the_question_was_decides(said: str, slot: str, answer: str | None) -> None:
    """To keep it is a no to an offer and to cancelling; to close is a no to anything else."""
    assert read(said, slot, kind="yes_no").answer == answer


@pytest.mark.parametrize("said", ["no thanks, I changed my mind", "I do not want that", "fine I'll keep it"])
def test_a_refusal_is_no_reason_to_return(said: str) -> None:
    """It answers the question; nothing new was said about the thing."""
    heard = read(said, "offer")

    assert heard.intent == "no"
    assert not heard.values.keys() & {"reason", "preference"}


@pytest.mark.parametrize("said", ["cancel it please", "actually cancel that", "undo that"])
def test_taking_it_back_at_the_end_cancels(said: str) -> None:
    """It is no answer to whether there is anything else."""
    heard = read(said, "anything_else")

    assert (heard.answer, heard.intent) == (None, "cancel")
