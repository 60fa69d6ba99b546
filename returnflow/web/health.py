"""Is it well? Reads what the probes found; nothing is asked while a request waits."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response

from returnflow import __version__
from returnflow.web import schemas
from returnflow.web.describe import Described, describe
from returnflow.web.edge import edge, services
from returnflow.web.probes import Health
from returnflow.web.render import answer, optional_moment

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@describe(Described("Every part, as last found", "none", {200: schemas.HealthOut, 503: schemas.HealthOut}))
def show() -> Response:
    health = _health()
    parts = {
        name: {"status": found.status, "checked_at": optional_moment(found.checked_at), "detail": found.detail}
        for name, found in health.parts.items()
    }
    body = {"status": health.status, "version": __version__, "definitions": services().catalogue.checksum, "parts": parts}
    return answer(body, _status(health))


@blueprint.get("/health/live")
@describe(Described("The process answers", "none", {200: schemas.Alive}))
def live() -> Response:
    return answer({"status": "ok"})


@blueprint.get("/health/ready")
@describe(Described("Customers can be served", "none", {200: schemas.Alive, 503: schemas.Alive}))
def ready() -> Response:
    health = _health()
    return answer({"status": "down" if health.status == "down" else "ok"}, _status(health))


def _health() -> Health:
    probes = edge().probes
    probes.start()
    return probes.read()


def _status(health: Health) -> HTTPStatus:
    return HTTPStatus.SERVICE_UNAVAILABLE if health.status == "down" else HTTPStatus.OK
