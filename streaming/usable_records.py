"""What no implementation of the stream can keep is refused before anything of it is produced."""

from __future__ import annotations

from collections.abc import Sequence

from streaming.contract import OutgoingRecord, UnusableRecordError


def refuse_unusable(records: Sequence[OutgoingRecord]) -> None:
    """Raises UnusableRecordError at the first text that a database cannot hold."""
    for topic in {record.topic for record in records}:
        _refuse_unusable_text("topic", topic)
    for key in {record.key for record in records}:
        _refuse_unusable_text("key", key)
    for headers in {id(record.headers): record.headers for record in records}.values():
        for name, text in headers.items():
            _refuse_unusable_text("the name of a header", name)
            _refuse_unusable_text(f"header {name}", text)


def _refuse_unusable_text(name: str, text: str) -> None:
    if "\0" in text:
        raise UnusableRecordError(f"The {name} of a record holds the character U+0000.")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise UnusableRecordError(f"The {name} of a record is no valid Unicode text.") from error
