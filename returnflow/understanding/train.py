"""Trains the intent model from the phrases and exports its weights: `python -m returnflow.understanding.train`.

The only place that imports scikit-learn. Same phrases, same weights: nothing is random. Steps: features → TF-IDF →
logistic regression; five-fold cross-validation chooses the temperature (calibration) and the abstain threshold.
"""

from __future__ import annotations

import json
import math
import sys
from base64 import b64encode
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from returnflow.understanding.classifier import WEIGHTS
from returnflow.understanding.features import features
from returnflow.understanding.text import Utterance

PHRASES = Path(__file__).with_name("phrases")

_STRENGTH = 4.0
_MAX_FEATURES = 16_000
_WITH_NAMES = frozenset({"inform", "correction"})
"""Phrases of these intents hold names of people; the words of the others are everyday words."""

_WRONG_COSTS = 0.8
"""An answer that is wrong costs this many abstentions when the threshold is chosen; its low confidence is shown, so not more."""


def load_phrases(folder: Path = PHRASES) -> tuple[list[str], list[str]]:
    """All phrases as plain words with their intents, in file and line order."""
    texts, labels = [], []
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            plain = Utterance(line).plain
            if plain:
                texts.append(plain)
                labels.append(path.stem)
    return texts, labels


def vocabulary(counted: list[Counter[str]]) -> tuple[list[str], np.ndarray[Any, np.dtype[np.float32]]]:
    """The features kept, sorted, with their inverse document frequencies. Words always stay, rare n-grams go first."""
    documents: Counter[str] = Counter()
    for found in counted:
        documents.update(found.keys())
    kept = [name for name, times in documents.items() if times > 1 or (name.startswith("w:") and " " not in name)]
    kept.sort(key=lambda name: (-documents[name], name))
    names = sorted(kept[:_MAX_FEATURES])
    idf = np.array([1.0 + math.log((1 + len(counted)) / (1 + documents[name])) for name in names], dtype=np.float32)
    return names, idf


def matrix(counted: list[Counter[str]], names: list[str], idf: np.ndarray[Any, np.dtype[np.float32]]) -> Any:
    """The TF-IDF rows, sublinear in the counts and of length one."""
    index = {name: place for place, name in enumerate(names)}
    data, columns, ends = [], [], [0]
    for found in counted:
        row = [(index[name], (1.0 + math.log(times)) * float(idf[index[name]])) for name, times in found.items() if name in index]
        norm = math.sqrt(sum(value * value for _, value in row)) or 1.0
        columns += [place for place, _ in row]
        data += [value / norm for _, value in row]
        ends.append(len(columns))
    return csr_matrix((data, columns, ends), shape=(len(counted), len(names)))


def _model() -> LogisticRegression:
    return LogisticRegression(C=_STRENGTH, max_iter=400)


def calibrate(scores: Any, truth: list[int]) -> float:
    """The temperature under which the held-out scores are likeliest."""
    best, best_loss = 1.0, math.inf
    for step in range(20, 160, 4):
        temperature = step / 100
        scaled = scores / temperature
        shifted = scaled - scaled.max(axis=1, keepdims=True)
        chances = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        loss = -float(chances[np.arange(len(truth)), truth].mean())
        if loss < best_loss:
            best, best_loss = temperature, loss
    return best


def threshold(chances: Any, right: Any) -> float:
    """The confidence below which abstaining costs less than answering, on held-out phrases."""
    options = [step / 100 for step in range(6, 60, 2)]
    costs = [float((chances < limit).sum() + _WRONG_COSTS * ((chances >= limit) & ~right).sum()) for limit in options]
    return options[costs.index(min(costs))]


def train(folder: Path = PHRASES, out: Path = WEIGHTS) -> dict[str, float]:
    """Train, export and return the cross-validated figures."""
    texts, labels = load_phrases(folder)
    counted = [features(text) for text in texts]
    names, idf = vocabulary(counted)
    rows = matrix(counted, names, idf)
    classes = sorted(set(labels))
    truth = [classes.index(label) for label in labels]
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    held_out = cross_val_predict(_model(), rows, truth, cv=folds, method="decision_function")
    temperature = calibrate(held_out, truth)
    powers = np.exp((held_out - held_out.max(axis=1, keepdims=True)) / temperature)
    chances = (powers / powers.sum(axis=1, keepdims=True)).max(axis=1)
    right = held_out.argmax(axis=1) == np.array(truth)
    limit = threshold(chances, right)
    everyday = sorted({word for text, label in zip(texts, labels, strict=True) if label not in _WITH_NAMES for word in text.split()})
    export(_model().fit(rows, truth), classes, names, idf, (temperature, limit), everyday, out)
    answered = chances >= limit
    return {
        "phrases": float(len(texts)), "features": float(len(names)), "accuracy": float(right.mean()), "temperature": temperature,
        "threshold": limit,
        "answered": float(answered.mean()), "accuracy_answered": float(right[answered].mean()),
    }  # fmt: skip


def export(
    model: LogisticRegression, classes: list[str], names: list[str], idf: Any, fitted: tuple[float, float], everyday: list[str], out: Path
) -> None:
    """Write the weights, one signed byte each, so that no library is needed to read them, and the everyday words."""
    weights = model.coef_.T
    scale = float(np.abs(weights).max()) / 127
    data = {
        "format": "returnflow.intents.v1",
        "classes": classes,
        "temperature": fitted[0],
        "threshold": fitted[1],
        "scale": scale,
        "bias": [round(float(value), 6) for value in model.intercept_],
        "features": "\n".join(names),
        "words": "\n".join(everyday),
        "idf": b64encode(idf.astype("<f4").tobytes()).decode("ascii"),
        "weights": b64encode(np.rint(weights / scale).astype(np.int8).tobytes()).decode("ascii"),
    }
    out.write_text(json.dumps(data, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for key, value in train().items():
        sys.stdout.write(f"{key}: {value:.4g}\n")
