"""The wording rules of experience.md 1.4 and 1.5, as the program that keeps them."""

from __future__ import annotations

import pytest

from returnflow.agents.lint import count_sentences, count_words, limit, lint, main, text_problems
from returnflow.agents.loader import default_agents_dir, load_catalogue
from returnflow.retail.policy import default_policies_dir, load_policies


def test_what_ships_keeps_every_rule() -> None:
    """All wordings of all stores."""
    stores = {policy.store: policy.label for policy in load_policies([default_policies_dir()]).stores.values()}

    assert lint(load_catalogue([default_agents_dir()], None, stores)) == []


@pytest.mark.parametrize(
    "text, problem",
    [
        pytest.param("one two three four five six " * 5, "30 words, limit 25", id="too long"),
        pytest.param("A. B. C. D.", "4 sentences, limit 3", id="too many sentences"),
        pytest.param("Shall I? Or not?", "two questions", id="two questions"),
        pytest.param("I understand your frustration.", "never says", id="empty sympathy"),
        pytest.param("Your RMA is here.", "never says", id="trade word"),
        pytest.param("Send it by 11/29.", "date with a slash", id="slash date"),
        pytest.param("You get $5.00 back.", "an amount in it", id="hard-coded amount"),
        pytest.param("Consequently organisational considerations necessitate additional authorisation.", "reads at grade", id="hard words"),
    ],
)
def test_a_broken_rule_is_named(text: str, problem: str) -> None:
    """Each rule, by a sentence that breaks it."""
    assert any(problem in found for found in text_problems(text, (25, 3)))


def test_a_number_in_groups_is_one_word_and_a_value_has_its_usual_length() -> None:
    """As they are spoken."""
    assert count_words("It has 17 digits, like 114, dash, 5567022, dash, 3499108.") == 6
    assert count_words("Send it by {return_by}.") == 6


def test_sentences_end_at_stops_not_at_decimals() -> None:
    """Three stops, two sentences."""
    assert count_sentences("It is 5.5 long. Right?") == 2


def test_offers_may_be_longer_than_questions() -> None:
    """40 words for the quote, 15 for a question, 25 for the rest."""
    assert [limit(key)[0] for key in ("offer.no_fee", "store.ask", "wait", "offer.short", "done")] == [40, 15, 25, 15, 40]


def test_the_command_tells_how_it_went(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0 and one line when all is well."""
    assert main([]) == 0
    assert capsys.readouterr().out == "wordings: no problems\n"


def test_typed_mode_never_asks_to_say_or_listen(capsys: pytest.CaptureFixture[str], tmp_path: object) -> None:
    """A wording with "say" needs a typed one without it."""
    directory = default_agents_dir()
    text = (
        (directory / "initial_router.yaml")
        .read_text()
        .replace('store.short: ["Which shop was it from?"]', 'store.short: ["Say which shop."]')
    )
    (tmp_path / "initial_router.yaml").write_text(text)  # type: ignore[operator]

    assert main([str(tmp_path)]) == 1
    assert 'typed mode would show "Say"' in capsys.readouterr().out
