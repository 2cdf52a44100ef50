"""Protobuf messages as JSON Schema, for their JSON form: what a reader accepts."""

from __future__ import annotations

from typing import Any, Final

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

Schema = dict[str, Any]

_INTEGER_BOUNDS: Final[dict[int, tuple[int, int]]] = {
    FieldDescriptor.TYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.TYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_SINT32: (-(2**31), 2**31 - 1),
}
_LONG_TYPES: Final[dict[int, tuple[str, int]]] = {  # pattern of the text, lowest number
    FieldDescriptor.TYPE_UINT64: ("^[0-9]{1,20}$", 0),
    FieldDescriptor.TYPE_INT64: ("^-?[0-9]{1,19}$", -(2**63)),
    FieldDescriptor.TYPE_SINT64: ("^-?[0-9]{1,19}$", -(2**63)),
}


def schema_name(message: Descriptor | EnumDescriptor) -> str:
    """`CommandResult.Status` for a nested type, without the package."""
    return str(message.full_name).removeprefix(f"{message.file.package}.")


def schemas_of(message: Descriptor) -> dict[str, Schema]:
    """The schema of a message and of all that it holds, by name; they refer to one another in `components`."""
    found: dict[str, Schema] = {}
    _collect(message, found)
    return found


def reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _collect(message: Descriptor, found: dict[str, Schema]) -> None:
    name = schema_name(message)
    if name in found:
        return
    properties: Schema = {}
    schema: Schema = {"type": "object", "properties": properties}
    found[name] = schema
    for field in message.fields:
        properties[field.json_name] = _field(field, found)
    choices = [oneof for oneof in message.oneofs if len(oneof.fields) > 1]
    if choices:  # a oneof: none or one of its members is set
        names = [field.json_name for oneof in choices for field in oneof.fields]
        schema["description"] = f"At most one of {', '.join(names)}."
        schema["oneOf"] = [
            *({"required": [member]} for member in names),
            {"not": {"anyOf": [{"required": [member]} for member in names]}},
        ]


def _field(field: FieldDescriptor, found: dict[str, Schema]) -> Schema:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return {"type": "object", "additionalProperties": _single(field.message_type.fields_by_name["value"], found)}
    single = _single(field, found)
    return {"type": "array", "items": single} if field.is_repeated else single


def _single(field: FieldDescriptor, found: dict[str, Schema]) -> Schema:
    if field.message_type is not None:
        _collect(field.message_type, found)
        return reference(schema_name(field.message_type))
    if field.enum_type is not None:
        found.setdefault(schema_name(field.enum_type), {"type": "string", "enum": list(field.enum_type.values_by_name)})
        return reference(schema_name(field.enum_type))
    return _scalar(field.type)


def _scalar(kind: int) -> Schema:
    if kind in _INTEGER_BOUNDS:
        low, high = _INTEGER_BOUNDS[kind]
        return {"type": "integer", "minimum": low, "maximum": high}
    if kind in _LONG_TYPES:
        pattern, lowest = _LONG_TYPES[kind]
        words = "64 bit, as text or number"
        return {"type": ["string", "integer"], "pattern": pattern, "minimum": lowest, "description": words}
    if kind in (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT):
        return {"anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]}
    if kind == FieldDescriptor.TYPE_BYTES:
        return {"type": "string", "contentEncoding": "base64"}
    return {"type": "boolean"} if kind == FieldDescriptor.TYPE_BOOL else {"type": "string"}
