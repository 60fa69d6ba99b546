"""The trained intent model at run time: exported weights, a sparse dot product in plain Python, calibrated probabilities."""

from __future__ import annotations

import json
import math
from array import array
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from returnflow.understanding.features import features, simplify

WEIGHTS = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Classifier:
    """Logistic regression over TF-IDF features. `weights` holds one signed byte per feature and class, times `scale`."""

    classes: tuple[str, ...]
    index: Mapping[str, int]
    idf: array[float]
    weights: array[int]
    scale: float
    bias: tuple[float, ...]
    temperature: float
    threshold: float
    words: frozenset[str]

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Classifier:
        """Read exported weights. Raises FileNotFoundError when there are none, ValueError when the file is not one of ours."""
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.get("format") != "returnflow.intents.v1":
            raise ValueError(f"{path}: not a weights file of this version; run: python -m returnflow.understanding.train")
        missing = {"classes", "features", "words", "idf", "weights", "scale", "bias", "temperature", "threshold"} - data.keys()
        if missing:
            raise ValueError(f"{path}: lacks {', '.join(sorted(missing))}; run: python -m returnflow.understanding.train")
        weights = array("b")
        weights.frombytes(b64decode(data["weights"]))
        idf = array("f")
        idf.frombytes(b64decode(data["idf"]))
        names = data["features"].split("\n")
        return cls(
            tuple(data["classes"]), {name: place for place, name in enumerate(names)}, idf, weights, data["scale"], tuple(data["bias"]),
            data["temperature"], data["threshold"], frozenset(data["words"].split("\n")),
        )  # fmt: skip

    def probabilities(self, plain: str) -> list[tuple[str, float]]:
        """Each class with its calibrated probability, best first; all equal when no word is known."""
        scores = self._scores(plain)
        highest = max(scores)
        powers = [math.exp((score - highest) / self.temperature) for score in scores]
        total = sum(powers)
        return sorted(((name, power / total) for name, power in zip(self.classes, powers, strict=True)), key=lambda item: -item[1])

    def knows(self, plain: str) -> bool:
        """Whether any whole word of the text was in the training phrases; without one the model can only guess."""
        return any(f"w:{word}" in self.index for word in simplify(plain).split())

    def _scores(self, plain: str) -> list[float]:
        found = [(self.index[name], 1.0 + math.log(count)) for name, count in features(plain).items() if name in self.index]
        values = [(place, times * self.idf[place]) for place, times in found]
        norm = math.sqrt(sum(value * value for _, value in values)) or 1.0
        scores = list(self.bias)
        width, weights, scale = len(self.classes), self.weights, self.scale / norm
        for place, value in values:
            factor, start = value * scale, place * width
            for column, weight in enumerate(weights[start : start + width]):
                scores[column] += factor * weight
        return scores
