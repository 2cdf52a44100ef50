"""Payloads that no honest car sends, by seed: random bytes, and golden messages with damaged bytes or fields."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from google.protobuf.message import Message

from telemetry_schema.content import JSON, PROTOBUF

GOLDEN: Final = Path(__file__).parents[1] / "telemetry_schema" / "golden"
_ENDINGS: Final = {PROTOBUF: "bin", JSON: "json"}
ODD_JSON: Final[tuple[Any, ...]] = (
    None, True, -1, 0, 1.5, 2**31, 2**32, 2**63, 2**64, 1e308, "", "x", "NaN", "Infinity", "\0", "\ud800", "é" * 50,
    "=", "AA==", [], [None], [[1]], {}, {"value": [1]}, {"value": {}}, [{}], {"signal": 60},
    [{"signal": 60}, {"signal": 60}],
)  # fmt: skip
INTEGERS: Final = (0, 1, 2, 127, 128, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53 + 1, 2**62, 2**63 - 1, 2**63, 2**64 - 1)
FLOATS: Final = (0.0, -0.0, 1.5, -1.0, 1e-45, 3.4e38, 1.7e308, float("inf"), float("-inf"), float("nan"))
TEXTS: Final = ("", "x", "\0", "a\0b", "é" * 50, "\U0001f697\u202e", "x" * 300, "00000000-0000-4000-8000-000000000001")
BYTES: Final = (b"", b"\0", b"\xff" * 4, b"b" * 16, b"\0" * 8, b"\x01\x02\x03", b"\x7f" * 64)


def golden(names: Sequence[str], content_type: str) -> list[bytes]:
    """Files of the golden messages; each stands in two, one for each language."""
    return [(GOLDEN / f"{name}.{_ENDINGS[content_type]}").read_bytes() for name in names]


class Mill:
    """Endless payloads for one kind of message, made from sound ones; the same seed gives the same ones."""

    def __init__(self, seed: str, kind: type[Message], sound: Sequence[bytes], content_type: str) -> None:
        self.chance = random.Random(seed)
        self._kind = kind
        self._own = sound
        self._all = [path.read_bytes() for path in sorted(GOLDEN.glob(f"*.{_ENDINGS[content_type]}"))]
        self._is_json = content_type == JSON

    def __iter__(self) -> Iterator[bytes]:
        makers: tuple[Callable[[], bytes], ...] = (self.random_bytes, self.damaged_bytes, self.damaged_fields)
        shares = (5, 25, 70) if self._is_json else (15, 35, 50)  # a damaged byte makes most JSON unreadable as a whole
        while True:
            yield self.chance.choices(makers, shares)[0]()

    def random_bytes(self) -> bytes:
        return self.chance.randbytes(self.chance.randrange(400))

    def damaged_bytes(self) -> bytes:
        """Bits turned, parts cut out, doubled, or taken from another message."""
        chance = self.chance
        changed = bytearray(chance.choice(self._own))
        for _ in range(chance.randint(1, 4)):
            at, length = chance.randrange(len(changed) + 1), chance.randrange(1, 12)
            change = chance.randrange(5)
            if change == 0 and at < len(changed):
                changed[at] ^= 1 << chance.randrange(8)
            elif change == 1:
                del changed[at : at + length]
            elif change == 2:
                changed[at:at] = changed[at : at + length]
            elif change == 3:
                changed[at : at + length] = chance.randbytes(length)
            else:
                other = chance.choice(self._all)
                start = chance.randrange(len(other))
                changed[at : at + length] = other[start : start + length]
        return bytes(changed)

    def changed_in_place(self) -> bytes:
        """A sound message of which up to three bytes are others."""
        changed = bytearray(self.chance.choice(self._own))
        for _ in range(self.chance.randrange(4)):
            changed[self.chance.randrange(len(changed))] = self.chance.choice((0, 1, 0x7F, 0x80, 0xFF, 0x55))
        return bytes(changed)

    def damaged_fields(self) -> bytes:
        """A sound message in which one to three fields hold something else."""
        if self._is_json:
            tree = json.loads(self.chance.choice(self._own))
            for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
                damage_tree(tree, self.chance)
            return json.dumps(tree).encode()
        message = self._kind()
        message.ParseFromString(self.chance.choice(self._own))
        for _ in range(self.chance.randint(1, 3)):
            damage_field(message, self.chance)
        return message.SerializeToString()


def damage_tree(tree: Any, chance: random.Random) -> None:
    """Puts something else in the place of one member, at any depth."""
    while True:
        keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
        if not keys:
            return
        key = chance.choice(keys)
        if not isinstance(tree[key], dict | list) or chance.random() < 0.3:
            tree[key] = copy.deepcopy(chance.choice(ODD_JSON))
            return
        tree = tree[key]


def damage_field(message: Message, chance: random.Random) -> None:
    """Gives one field another value, or takes or doubles one, at any depth."""
    field = chance.choice(message.DESCRIPTOR.fields)
    if field.is_repeated:
        _damage_list(getattr(message, field.name), field, chance)
    elif field.message_type is not None:
        inner = getattr(message, field.name)
        inner.SetInParent()
        if chance.random() < 0.1:
            message.ClearField(field.name)
        else:
            damage_field(inner, chance)
    elif chance.random() < 0.2:
        message.ClearField(field.name)
    else:
        setattr(message, field.name, _odd_value(field, chance))


def _damage_list(items: Any, field: Any, chance: random.Random) -> None:
    change = chance.randrange(4)
    if change == 0 and len(items):
        del items[chance.randrange(len(items))]
    elif change == 1 and len(items):
        items.extend([items[chance.randrange(len(items))]] * chance.choice((1, 1, 5)))
    elif field.message_type is not None:
        damage_field(chance.choice(items) if len(items) and change == 2 else items.add(), chance)
    elif change == 2 and len(items):
        items[chance.randrange(len(items))] = _odd_value(field, chance)
    else:
        items.append(_odd_value(field, chance))


def _odd_value(field: Any, chance: random.Random) -> Any:
    if field.type == field.TYPE_BOOL:
        return chance.random() < 0.5
    if field.type in (field.TYPE_FLOAT, field.TYPE_DOUBLE):
        return chance.choice(FLOATS)
    if field.type == field.TYPE_STRING:
        return chance.choice(TEXTS)
    if field.type == field.TYPE_BYTES:
        return chance.choice(BYTES) + chance.randbytes(chance.choice((0, 0, 1, 4)))
    return _odd_integer(field, chance)


def _odd_integer(field: Any, chance: random.Random) -> int:
    signed, bits = {
        field.TYPE_UINT32: (False, 32), field.TYPE_UINT64: (False, 64), field.TYPE_SINT64: (True, 64),
        field.TYPE_SINT32: (True, 32), field.TYPE_ENUM: (True, 32),
    }[field.type]  # fmt: skip
    value = chance.choice((*INTEGERS, chance.getrandbits(20)))
    if not signed:
        return value & (2**bits - 1)
    return max(-(2 ** (bits - 1)), min(2 ** (bits - 1) - 1, value * chance.choice((1, 1, -1))))
