"""CPU time of processes, also of those that have ended."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from benchmarks.ingest.processor_time import ProcessorTime, cpu_seconds, has_ended

_BUSY = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
_PARENT = (
    f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_BUSY!r}]); print('done', flush=True); input()"
)


def test_a_child_that_was_waited_for_is_still_counted() -> None:
    with subprocess.Popen([sys.executable, "-c", _PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        time_of = ProcessorTime({"parent": parent.pid})
        assert parent.stdout
        parent.stdout.readline()
        assert 0.3 <= time_of.spent()["parent"] < 3
        parent.kill()


def test_a_process_that_has_ended_and_was_not_waited_for_still_tells() -> None:
    with subprocess.Popen([sys.executable, "-c", _BUSY]) as process:
        while not has_ended(process.pid):
            time.sleep(0.02)
        assert cpu_seconds(process.pid) >= 0.3
    assert has_ended(process.pid)


def test_the_time_before_does_not_count() -> None:
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass
    assert ProcessorTime({"this": os.getpid()}).spent()["this"] < 0.1
