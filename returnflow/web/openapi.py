"""`/openapi.json` and a page that shows it, made from the routes themselves. The page is plain HTML: no script, no other host."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Literal

from apispec import APISpec
from flask import Blueprint, Flask, Response, current_app, jsonify, render_template
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from returnflow import __version__
from returnflow.errors import ReturnFlowError, TooLarge
from returnflow.web import schemas
from returnflow.web.describe import Auth, Described, describe, described
from returnflow.web.gateway import template_of

blueprint = Blueprint("openapi", __name__)
_SCHEMES: dict[Auth, tuple[str, str]] = {
    "session": ("session", "`session_token` of POST /api/sessions: 2 h idle, 24 h in all, 30 minutes to read after the end."),
    "staff": ("staff", "A token of RETURNFLOW_STAFF_TOKENS."),
    "metrics": ("metrics", "RETURNFLOW_METRICS_TOKEN; without one only this machine may read."),
}


@blueprint.get("/openapi.json")
@describe(Described("This description", "none", {200: "application/json"}))
def document() -> Response:
    return jsonify(specification(current_app))


@blueprint.get("/docs")
@describe(Described("This description, to read", "none", {200: "text/html"}))
def read() -> str:
    return render_template("docs.html", spec=specification(current_app))


def specification(app: Flask) -> dict[str, Any]:
    """The OpenAPI 3.1 document of this application; made once."""
    made: dict[str, Any] | None = app.extensions.get("returnflow.openapi")
    if made is None:
        made = app.extensions["returnflow.openapi"] = _build(app)
    return made


def _build(app: Flask) -> dict[str, Any]:
    spec = APISpec(
        title="ReturnFlow", version=__version__, openapi_version="3.1.0", info={"description": "Product returns by conversation."}
    )
    routes = [(rule, promise) for rule in app.url_map.iter_rules() if (promise := described(app.view_functions[rule.endpoint]))]
    for name, schema in _schemas([promise for _, promise in routes]).items():
        spec.components.schema(name, schema)
    for scheme, description in _SCHEMES.values():
        spec.components.security_scheme(scheme, {"type": "http", "scheme": "bearer", "description": description})
    for rule, promise in routes:
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        spec.path(path=template_of(rule), operations={method.lower(): _operation(rule, promise) for method in methods})
    return spec.to_dict()


def _schemas(promises: list[Described]) -> dict[str, Any]:
    """JSON schemas of every model used: bodies as they come in, answers as they go out."""
    wanted: set[tuple[type[BaseModel], Literal["validation", "serialization"]]] = {(schemas.Problem, "serialization")}
    for promise in promises:
        if promise.body:
            wanted.add((promise.body, "validation"))
        wanted.update((body, "serialization") for body in promise.answers.values() if isinstance(body, type))
    _, document = models_json_schema(sorted(wanted, key=lambda each: each[0].__name__), ref_template="#/components/schemas/{model}")
    found: dict[str, Any] = document["$defs"]
    return found


def _operation(rule: Rule, promise: Described) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": promise.summary,
        "tags": [rule.endpoint.partition(".")[0]],
        "parameters": _parameters(rule, promise),
        "responses": {**_answers(promise), **_problems(promise)},
    }
    if promise.auth in _SCHEMES:
        operation["security"] = [{_SCHEMES[promise.auth][0]: []}]
    if promise.body:
        operation["requestBody"] = {"content": {"application/json": {"schema": _ref(promise.body)}}}
    return operation


def _parameters(rule: Rule, promise: Described) -> list[dict[str, Any]]:
    path = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in sorted(rule.arguments)]
    query = [{"name": name, "in": "query", "description": text, "schema": {"type": "string"}} for name, text in promise.query.items()]
    return path + query


def _answers(promise: Described) -> dict[str, Any]:
    return {str(status): _content(status, body) for status, body in promise.answers.items()}


def _content(status: int, body: type[BaseModel] | str | None) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if isinstance(body, str):
        answer["content"] = {body: {"schema": {"type": "string" if body != "application/json" else "object"}}}
    elif body is not None:
        answer["content"] = {"application/json": {"schema": _ref(body)}}
    return answer


def _problems(promise: Described) -> dict[str, Any]:
    """Problems by status; several codes may share one."""
    by_status: dict[int, list[type[ReturnFlowError]]] = {}
    for problem in {*promise.problems, *((TooLarge,) if promise.body else ())}:
        by_status.setdefault(problem.status, []).append(problem)
    return {
        str(status): {
            "description": ", ".join(sorted(f"`{each.code}`" for each in found)),
            "content": {"application/problem+json": {"schema": _ref(schemas.Problem)}},
        }
        for status, found in sorted(by_status.items())
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}
