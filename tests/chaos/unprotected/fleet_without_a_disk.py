"""Cars that keep their messages in memory.

The protection that is removed: a message is on the disk before it may be published.
"""

from __future__ import annotations

import head_unit.buffer
from tests.chaos.fleet import main

if __name__ == "__main__":
    in_memory = head_unit.buffer._SCHEMA.replace("table if not exists messages", "temp table messages")
    assert in_memory != head_unit.buffer._SCHEMA
    head_unit.buffer._SCHEMA = in_memory  # type: ignore[misc]
    main()
