"""Measuring: figures from rows in a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from returnflow.understanding import measure
from returnflow.understanding.measure import Scores, false_starts
from tests.unit.understanding.scenes import TODAY


def test_scores_count_right_and_wrong() -> None:
    """Accuracy, F1 and false starts."""
    scores = Scores()
    for truth, said in (("a", "a"), ("a", "b"), ("b", "b"), ("off_topic", "start_return")):
        scores.add(truth, said, "text")

    assert scores.accuracy() == 0.5
    assert scores.f1("a") == pytest.approx(2 / 3)
    assert scores.f1("none") == 0.0
    assert false_starts(scores) == 1.0
    assert len(scores.misses) == 2
    assert "accuracy 0.500" in scores.table()


def test_a_folder_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Intents, confirmations and slots, asked for and not."""
    rows = {
        "intents_x": [{"text": "talk to a person", "intent": "human"}],
        "confirm_x": [{"text": "yes that's right", "intent": "yes", "context": "Please confirm two lamps."}],
        "slots_x": [{"text": "my zip is 97214", "slots": {"zip": "97214"}, "annotated": ["zip"]}],
    }
    for name, lines in rows.items():
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["measure", str(tmp_path)])

    measure.main()

    printed = capsys.readouterr().out
    assert printed.count("accuracy 1.000") == 2
    assert printed.count("zip            1.000") == 2


def test_nothing_to_measure_is_nothing(tmp_path: Path) -> None:
    """An empty folder has no rows."""
    scores, seconds = measure.measure_intents(measure.Reader(), tmp_path, TODAY)

    assert (scores.accuracy(), seconds) == (0.0, [])
