"""The artefacts that judge now, as stored; without the libraries of training, which take a second to load."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from typing import Final

import structlog

from database.connection import Connection
from diagnostics.models import store
from diagnostics.models.artefact import Artefact, ArtefactError, read, require
from diagnostics.models.in_service import FleetModels, Service

_log: Final = structlog.get_logger("diagnostics.models")
_MOST_KNOWN: Final = 256
_known: OrderedDict[str, Artefact | None] = OrderedDict()
"""By hash, so that a document is read once by a process; None for one that does not fit this version."""


async def fleet_models(connection: Connection, vehicle_models: Collection[str]) -> dict[str, FleetModels]:
    """By model of car, what judges it and since when. An artefact that does not fit this version judges nothing."""
    rows = await store.fetch_services(connection, vehicle_models)
    missing = sorted({row["artefact_id"] for row in rows if row["artefact_id"]} - _known.keys())
    for artefact_id, document in (await store.fetch_documents(connection, missing)).items():
        _learn(artefact_id, document)
    services: dict[str, list[Service]] = {}
    for row in rows:
        artefact = _known.get(row["artefact_id"]) if row["artefact_id"] else None
        services.setdefault(row["vehicle_model"], []).append(Service(row["from_s"], artefact))
    return {model: FleetModels(tuple(of_model)) for model, of_model in services.items()}


def _learn(artefact_id: str, document: str) -> None:
    try:
        artefact: Artefact | None = read(document)
        assert artefact is not None
        require(artefact)
    except ArtefactError as error:
        _log.error("an artefact in service is refused", artefact=artefact_id, why=str(error))
        artefact = None
    _known[artefact_id] = artefact
    while len(_known) > _MOST_KNOWN:
        _known.popitem(last=False)
