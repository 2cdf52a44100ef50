"""The pages that are written from the catalogue and the messages say what the code says."""

import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from telemetry_schema.asyncapi import asyncapi_document
from telemetry_schema.catalogue import signals
from telemetry_schema.content import CONTENT_TYPES, JSON, PROTOBUF
from telemetry_schema.document import signals_markdown
from telemetry_schema.topics import Down, Up

OFFICIAL = Path("var/node/node_modules/@asyncapi/specs/schemas/3.0.0.json")
GOLDEN = Path(__file__).parent / "golden"
MESSAGE_OF_GOLDEN = {"batch": "Batch", "command_result": "CommandResult", "acknowledgement": "Acknowledgement"}


def test_the_signal_page_is_up_to_date() -> None:
    written = Path("docs/signals.md").read_text(encoding="utf-8")
    assert written == signals_markdown(), "run `servicelane docs`"


def test_the_asyncapi_document_is_up_to_date() -> None:
    written = Path("docs/asyncapi.json").read_text(encoding="utf-8")
    assert written == json.dumps(asyncapi_document(), indent=2, ensure_ascii=False) + "\n", "run `servicelane docs`"


def test_the_signal_page_shows_every_signal_once() -> None:
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \|(.*)$", signals_markdown(), re.MULTILINE)
    assert sorted((int(number), name) for number, name, _ in rows) == [(s.id, s.name) for s in signals()]
    assert all(rest.count("|") == 7 for _, _, rest in rows)
    shown = {name: rest for _, name, rest in rows}
    assert "0 … 3,000,000 | double precision | 0.1 | PDHE | `Vehicle.TraveledDistance` ×1,000" in shown["odometer_km"]
    assert "`~ParticulateFilter.SootMass`" in shown["dpf_soot_mass_g"]
    assert "personal data" in shown["latitude_deg"]


def official_schema() -> Any:
    if not OFFICIAL.exists():
        reason = f"{OFFICIAL} is missing; run `make setup-dev`"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return json.loads(OFFICIAL.read_text(encoding="utf-8"))


def test_the_asyncapi_document_is_valid_against_the_official_schema() -> None:
    validator = jsonschema.Draft7Validator(official_schema())
    assert [error.message for error in validator.iter_errors(asyncapi_document())] == []


def test_the_official_schema_would_notice_a_mistake() -> None:
    validator = jsonschema.Draft7Validator(official_schema())
    broken = asyncapi_document()
    broken["operations"]["receiveBatches"]["action"] = "devour"
    assert not validator.is_valid(broken)


def test_every_reference_of_the_document_leads_somewhere() -> None:
    document = asyncapi_document()
    for pointer in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        place: Any = document
        for part in pointer.split("/"):
            place = place[part]


def test_every_topic_of_a_car_has_a_channel_and_an_operation() -> None:
    document = asyncapi_document()
    found = {channel["address"] for channel in document["channels"].values()}
    planned = {Down.CONFIG}  # no message yet
    assert found == {f"servicelane/v1/{{vin}}/up/{kind}" for kind in Up} | {
        f"servicelane/v1/{{vin}}/down/{kind}" for kind in set(Down) - planned
    }
    for operation in document["operations"].values():
        channel = document["channels"][operation["channel"]["$ref"].rsplit("/", 1)[1]]
        assert operation["action"] == ("receive" if "/up/" in channel["address"] else "send")
        assert operation["bindings"]["mqtt"]["qos"] == 1
        assert ("reply" in operation) == ("/up/" in channel["address"])


def test_every_message_comes_in_both_content_types() -> None:
    document = asyncapi_document()
    for channel in document["channels"].values():
        kinds = {document["components"]["messages"][key]["contentType"] for key in channel["messages"]}
        assert kinds == set(CONTENT_TYPES) == {PROTOBUF, JSON}


def payload_validator(message: str) -> jsonschema.Draft202012Validator:
    components = asyncapi_document()["components"]
    return jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{message}", "components": components})


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_the_payload_schemas_accept_the_golden_messages(path: Path) -> None:
    name = MESSAGE_OF_GOLDEN.get(path.stem, path.stem.split("_")[0].title())
    if name == "Finding":
        pytest.skip("findings stay on the stream; no car sees them")
    payload_validator(name).validate(json.loads(path.read_text()))


@pytest.mark.parametrize("change", [
    {"sequence": -1}, {"bootNumber": "many"}, {"columns": {}}, {"columns": [{"signal": 2**32}]},
    {"clockQuality": "CLOCK_QUALITY_GUESSED"}, {"columns": [{"numbers": {"value": [1]}, "texts": {"value": ["a"]}}]},
])  # fmt: skip
def test_the_payload_schema_of_a_batch_notices_mistakes(change: dict[str, Any]) -> None:
    words = json.loads((GOLDEN / "batch.json").read_text())
    assert not payload_validator("Batch").is_valid({**words, **change})
