"""The API's description: complete, valid, and true."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from returnflow.web.describe import described
from tests.http.test_errors import SESSION, STAFF


def operations(client: FlaskClient) -> dict[str, dict[str, Any]]:
    spec = client.get("/openapi.json").get_json()
    return {operation["operationId"]: operation for methods in spec["paths"].values() for operation in methods.values()}


def test_the_document_is_valid(client: FlaskClient) -> None:
    """By the validator of the OpenAPI 3.1 schema."""
    assert list(OpenAPIV31SpecValidator(client.get("/openapi.json").get_json()).iter_errors()) == []


def test_every_route_is_described(app: Flask, client: FlaskClient) -> None:
    """All but static files, each under its path and method."""
    wanted = {rule.endpoint.replace(".", "_") for rule in app.url_map.iter_rules()} - {"static"}

    assert set(operations(client)) == wanted


def test_every_body_and_answer_has_a_schema(app: Flask, client: FlaskClient) -> None:
    """JSON answers refer to a schema with fields; errors to the one problem."""
    schemas = client.get("/openapi.json").get_json()["components"]["schemas"]
    for name, operation in operations(client).items():
        for status, response in operation["responses"].items():
            for media, content in response.get("content", {}).items():
                if media.endswith("json") and name != "openapi_document":
                    schema = schemas[content["schema"]["$ref"].rsplit("/", 1)[1]]
                    assert schema["properties"], (name, status)


def test_the_bearers_are_those_of_the_routes(client: FlaskClient) -> None:
    """What is guarded says by which bearer."""
    found = operations(client)

    assert {name for name, each in found.items() if each.get("security") == [{"session": []}]} == {e.replace(".", "_") for e in SESSION}
    assert {name for name, each in found.items() if each.get("security") == [{"staff": []}]} == {e.replace(".", "_") for e in STAFF}


def test_the_page_shows_every_route_and_schema(app: Flask, client: FlaskClient) -> None:
    """Each has an anchor, and no link of the page leads nowhere."""
    page = client.get("/docs").text
    anchors = set(re.findall(r'id="([^"]+)"', page))

    assert set(operations(client)) <= anchors
    assert set(re.findall(r'href="#([^"]+)"', page)) <= anchors


def test_every_view_but_static_files_has_a_promise(app: Flask) -> None:
    """And its summary is a short phrase."""
    for endpoint, view in app.view_functions.items():
        promise = described(view)
        assert endpoint == "static" or (promise is not None and 3 < len(promise.summary) < 80)
