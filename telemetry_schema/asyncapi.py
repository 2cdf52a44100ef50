"""The MQTT interface as an AsyncAPI 3 document: `docs/asyncapi.json` is this dict. Operations are Servicelane's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from google.protobuf.descriptor import Descriptor

from telemetry_schema.catalogue import VERSION
from telemetry_schema.content import JSON, PROTOBUF
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.json_schema import Schema, reference, schema_name, schemas_of
from telemetry_schema.topics import Down, Up, down_topic, up_topic

QUALITY_OF_SERVICE: Final = 1
_PROTOBUF_FORMAT: Final = "application/vnd.google.protobuf;version=3"
_PROTOBUF_SCHEMA: Final = "servicelane_v1.proto"
_VIN_PARAMETER: Final = "{vin}"


@dataclass(frozen=True, slots=True)
class _Channel:
    """One topic: what it carries and for what."""

    topic: str
    message: Descriptor
    action: str
    summary: str


_CHANNELS: Final[Mapping[str, _Channel]] = {
    "batches": _Channel(
        up_topic(_VIN_PARAMETER, Up.BATCHES), wire.Batch.DESCRIPTOR, "receive", "Frames as columns, one per signal"
    ),
    "events": _Channel(
        up_topic(_VIN_PARAMETER, Up.EVENTS), wire.Event.DESCRIPTOR, "receive", "One thing that happened in the car"
    ),
    "commandResults": _Channel(
        up_topic(_VIN_PARAMETER, Up.COMMAND_RESULTS),
        wire.CommandResult.DESCRIPTOR,
        "receive",
        "What became of a command",
    ),
    "acknowledgements": _Channel(
        down_topic(_VIN_PARAMETER, Down.ACK),
        wire.Acknowledgement.DESCRIPTOR,
        "send",
        "What became of each message; releases it at the head unit",
    ),
    "commands": _Channel(
        down_topic(_VIN_PARAMETER, Down.COMMANDS), wire.Command.DESCRIPTOR, "send", "What the car is asked to do"
    ),
}


def asyncapi_document() -> dict[str, Any]:
    """The whole document, the same dict for the same contract; valid against AsyncAPI 3.0.0."""
    return {
        "asyncapi": "3.0.0",
        "info": _info(),
        "defaultContentType": PROTOBUF,
        "servers": {"broker": _server()},
        "channels": {name: _channel(name, channel) for name, channel in _CHANNELS.items()},
        "operations": {_operation_name(name, c): _operation(name, c) for name, c in _CHANNELS.items()},
        "components": {
            "messages": {key: message for name, c in _CHANNELS.items() for key, message in _messages(name, c).items()},
            "schemas": {_PROTOBUF_SCHEMA: _protobuf_schema(), **_schemas()},
            "securitySchemes": {
                "carCertificate": {
                    "type": "X509",
                    "description": "A certificate of Servicelane's authority whose common name is the VIN.",
                }
            },
        },
    }


def _info() -> Schema:
    return {
        "title": "Servicelane between cars and service",
        "version": f"1.{VERSION}.0",
        "description": (
            "MQTT 5 between head units and Servicelane. A head unit keeps every message until `down/ack` names its "
            "boot id and sequence. The MQTT property content-type says which of the two forms a payload has."
        ),
        "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
    }


def _server() -> Schema:
    return {
        "host": "{host}:{port}",
        "protocol": "secure-mqtt",
        "protocolVersion": "5.0",
        "description": "The broker's listener for cars",
        "variables": {
            "host": {"default": "127.0.0.1", "description": "Where the broker listens"},
            "port": {"default": "8883", "description": "The port that `servicelane status` shows"},
        },
        "security": [{"$ref": "#/components/securitySchemes/carCertificate"}],
        "bindings": {"mqtt": {"clientId": "the VIN", "cleanSession": False, "bindingVersion": "0.2.0"}},
    }


def _channel(name: str, channel: _Channel) -> Schema:
    return {
        "address": channel.topic,
        "title": channel.summary,
        "messages": {key: {"$ref": f"#/components/messages/{key}"} for key in _messages(name, channel)},
        "parameters": {"vin": {"description": "The car's VIN, which its certificate names; the broker enforces it"}},
    }


def _operation_name(name: str, channel: _Channel) -> str:
    return channel.action + name[0].upper() + name[1:]


def _operation(name: str, channel: _Channel) -> Schema:
    messages = [{"$ref": f"#/channels/{name}/messages/{key}"} for key in _messages(name, channel)]
    operation: Schema = {
        "action": channel.action,
        "channel": {"$ref": f"#/channels/{name}"},
        "summary": channel.summary,
        "messages": messages,
        "bindings": {"mqtt": {"qos": QUALITY_OF_SERVICE, "retain": False, "bindingVersion": "0.2.0"}},
    }
    if channel.action == "receive":
        answers = [{"$ref": f"#/channels/acknowledgements/messages/{key}"} for key in _acknowledgement_messages()]
        operation["reply"] = {"channel": {"$ref": "#/channels/acknowledgements"}, "messages": answers}
    return operation


def _acknowledgement_messages() -> list[str]:
    return list(_messages("acknowledgements", _CHANNELS["acknowledgements"]))


def _messages(name: str, channel: _Channel) -> dict[str, Schema]:
    """Each message twice: once for each content type."""
    message = schema_name(channel.message)
    return {
        f"{message}Protobuf": {
            "name": message,
            "title": f"{channel.summary} (protobuf)",
            "contentType": PROTOBUF,
            "payload": reference(_PROTOBUF_SCHEMA),
            "bindings": _message_bindings(PROTOBUF),
        },
        f"{message}Json": {
            "name": message,
            "title": f"{channel.summary} (protobuf-JSON)",
            "contentType": JSON,
            "payload": reference(message),
            "bindings": _message_bindings(JSON),
        },
    }


def _message_bindings(content_type: str) -> Schema:
    return {"mqtt": {"contentType": content_type, "bindingVersion": "0.2.0"}}


def _schemas() -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for channel in _CHANNELS.values():
        found |= schemas_of(channel.message)
    return dict(sorted(found.items()))


def _protobuf_schema() -> Schema:
    """The protobuf source itself, so that the document is enough to build a client; a message's name says its type."""
    source = files("telemetry_schema") / "proto" / "servicelane_v1.proto"
    return {"schemaFormat": _PROTOBUF_FORMAT, "schema": source.read_text(encoding="utf-8")}
