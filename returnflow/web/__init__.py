"""The HTTP edge. A view authenticates, parses, calls one use case and renders; anything longer lives below.

One blueprint per file. `problems` is the only place that writes an error, `gateway` the only one that writes a line per request.
"""

from __future__ import annotations

from flask import Flask
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

from returnflow.web import agents, edge, gateway, handoffs, health, metrics, openapi, pages, problems, sessions, slips, voice
from returnflow.web.parsing import MAX_BYTES
from returnflow.wiring import Services

_BLUEPRINTS = (pages, sessions, voice, agents, handoffs, slips, health, metrics, openapi)
_HEADERS_IN = ("Authorization", "Content-Type", "If-None-Match", "X-Request-ID")
_HEADERS_OUT = ("ETag", "Location", "Retry-After", "X-Request-ID")


def install(app: Flask, services: Services) -> None:
    """Give the application its routes, errors, headers and limits."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BYTES + 1
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    edge.install(app, services)
    gateway.install(app)
    problems.install(app)
    for room in _BLUEPRINTS:
        app.register_blueprint(room.blueprint)
    settings = services.settings
    if settings.allowed_origins:
        CORS(
            app,
            resources=r"/api/*",
            origins=list(settings.allowed_origins),
            allow_headers=_HEADERS_IN,
            expose_headers=_HEADERS_OUT,
            max_age=600,
        )
    if proxies := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
