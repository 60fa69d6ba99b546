"""Training: the phrases are whole, and the same phrases give weights that read alike."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from returnflow.understanding.classifier import WEIGHTS, Classifier
from returnflow.understanding.text import Utterance
from tests.services.parts import need

PHRASES = WEIGHTS.parent / "phrases"
TRAINED = 20


def phrases() -> dict[str, list[str]]:
    return {path.stem: path.read_text(encoding="utf-8").splitlines() for path in sorted(PHRASES.glob("*.txt"))}


def test_every_trained_intent_has_phrases_enough() -> None:
    """At least 80, and the weights know exactly these classes."""
    counts = {name: len(lines) for name, lines in phrases().items()}

    assert len(counts) == TRAINED
    assert min(counts.values()) >= 80
    assert set(Classifier.load().classes) == set(counts)


def test_no_phrase_stands_in_two_files() -> None:
    """It would teach nothing."""
    told = Counter(Utterance(line).plain for lines in phrases().values() for line in set(lines))

    assert [plain for plain, times in told.items() if times > 1 and plain] == []


def test_the_weights_are_small_and_fit_their_phrases() -> None:
    """At most 3 MB; the classes they were trained on come back."""
    classifier = Classifier.load()
    rows = [(name, line) for name, lines in phrases().items() for line in lines[::7]]
    right = sum(classifier.probabilities(Utterance(line).plain)[0][0] == name for name, line in rows)

    assert WEIGHTS.stat().st_size < 3_000_000
    assert right / len(rows) > 0.9


def test_chances_add_up() -> None:
    """Best first."""
    ranked = Classifier.load().probabilities("i want to return a lamp")

    assert ranked[0][0] == "start_return"
    assert sum(chance for _, chance in ranked) == pytest.approx(1.0)
    assert [chance for _, chance in ranked] == sorted((chance for _, chance in ranked), reverse=True)


def test_training_writes_weights_that_read_alike(tmp_path: Path) -> None:
    """From a small set of phrases, with scikit-learn where it is installed."""
    if importlib.util.find_spec("sklearn") is None:
        need("scikit-learn", "training needs it: pip install -r requirements-train.txt")
    from returnflow.understanding.train import train

    for name, stem in (("start_return", "i want to return item"), ("human", "give me person"), ("repeat", "say it again now")):
        (tmp_path / f"{name}.txt").write_text("\n".join(f"{stem} {word}" for word in "red green blue black white pink".split()))
    first, second = train(tmp_path, tmp_path / "a.json"), train(tmp_path, tmp_path / "b.json")

    assert first == second
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert Classifier.load(tmp_path / "a.json").probabilities("give me a person")[0][0] == "human"
