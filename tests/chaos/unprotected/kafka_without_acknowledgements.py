"""A part whose records count as taken as soon as they are sent: `… PACKAGE ARGUMENT…`.

The protection that is removed: `acks=all`.
"""

from __future__ import annotations

import runpy
import sys
from functools import partial
from typing import Any

import streaming.kafka_producer

_Producer = streaming.kafka_producer.AIOKafkaProducer


def careless_producer(**options: Any) -> Any:
    return _Producer(**options | {"acks": 0, "enable_idempotence": False})


if __name__ == "__main__":
    streaming.kafka_producer.AIOKafkaProducer = partial(careless_producer)
    package, sys.argv = sys.argv[1], sys.argv[1:]
    runpy.run_module(package, run_name="__main__", alter_sys=True)
