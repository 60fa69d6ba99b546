"""Which agents there are. Prompts and drift are for staff and come with publishing."""

from __future__ import annotations

from flask import Blueprint, Response

from returnflow.conversation.definitions import AgentDefinition
from returnflow.errors import NotFound
from returnflow.web import schemas
from returnflow.web.describe import Described, describe
from returnflow.web.edge import services
from returnflow.web.render import answer

blueprint = Blueprint("agents", __name__)


@blueprint.get("/api/agents")
@describe(Described("The agents in force and the checksum of their definitions", "none", {200: schemas.Agents}))
def show_all() -> Response:
    catalogue = services().catalogue
    return answer({"definitions": catalogue.checksum, "agents": [_shown(agent) for agent in catalogue.agents.values()]})


@blueprint.get("/api/agents/<agent_id>")
@describe(Described("One agent", "none", {200: schemas.Agent}, problems=(NotFound,)))
def show(agent_id: str) -> Response:
    agent = services().catalogue.agents.get(agent_id)
    if agent is None:
        raise NotFound
    return answer(_shown(agent))


def _shown(agent: AgentDefinition) -> dict[str, str | None]:
    """`live_version` is the version published to a voice platform: None while nothing is."""
    return {"id": agent.id, "name": agent.name, "role": agent.role.value, "live_version": None}
