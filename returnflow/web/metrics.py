"""What Prometheus reads."""

from __future__ import annotations

from flask import Blueprint, Response

from returnflow.errors import Unauthorized
from returnflow.web.auth import may_read_metrics
from returnflow.web.describe import Described, describe
from returnflow.web.edge import services

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@describe(Described("Counters and timings of all processes", "metrics", {200: "text/plain"}, problems=(Unauthorized,)))
def show() -> Response:
    may_read_metrics()
    metrics = services().metrics
    return Response(metrics.render(), content_type=metrics.content_type)
