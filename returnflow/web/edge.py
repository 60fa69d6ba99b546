"""What every view needs: the services, and what only the HTTP edge has (limits, probes, caretaker, callers, staff)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

from returnflow.privacy import derive_key
from returnflow.web.callers import Callers
from returnflow.web.caretaker import Caretaker
from returnflow.web.limits import Limits
from returnflow.web.probes import Probes, parts_of
from returnflow.wiring import Services

EXTENSION = "returnflow.web"


@dataclass(frozen=True, slots=True)
class Edge:
    """Built once per application."""

    services: Services
    limits: Limits
    probes: Probes
    caretaker: Caretaker
    callers: Callers


def install(app: Flask, services: Services) -> Edge:
    """Build the edge for these services and give it to the application."""
    settings = services.settings
    edge = Edge(
        services=services,
        limits=Limits(settings, services.metrics.limited),
        probes=Probes(parts_of(services), services.clock),
        caretaker=Caretaker(services),
        callers=Callers(derive_key(settings.secret_key, "caller"), secure=settings.env == "production"),
    )
    app.extensions[EXTENSION] = edge
    return edge


def edge() -> Edge:
    """The edge of the application that answers now."""
    found: Edge = current_app.extensions[EXTENSION]
    return found


def services() -> Services:
    """The services of the application that answers now."""
    return edge().services
