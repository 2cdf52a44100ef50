"""`python -m diagnostics`: the worker as a process."""

from __future__ import annotations

import uvloop

from diagnostics.isolation.report_reader import TOPICS, ReportReader
from diagnostics.worker import GATHER_SECONDS, GROUP, RECORDS_AT_ONCE, DiagnosticsWorker, Kept
from observability.logs import configure_logs
from streaming.worker_process import Worker, run_worker

_kept = Kept()

WORKER = Worker(
    role="servicelane_diagnostics",
    topics=TOPICS,
    group=GROUP,
    handler=lambda stream: ReportReader(DiagnosticsWorker(stream, _kept).handle).handle,
    records_at_once=RECORDS_AT_ONCE,
    gather_seconds=GATHER_SECONDS,
    members=2,
)

if __name__ == "__main__":
    configure_logs("diagnostics")
    uvloop.run(run_worker(WORKER))
