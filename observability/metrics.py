"""Every metric of Servicelane, named and explained in one place."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

Metric = Counter | Gauge | Histogram

LABELS: Final = {
    "channel": "`ChannelName` in `maintenance_planner/reminders/ladder.py`",
    "disposition": "`stored`, `quarantined`, `refused`, `deferred`",
    "file": "of the broker and its authority: `crl.pem`, `server.pem`, `issuer.pem`",
    "group": "the groups that read the stream: `telemetry-writer`, `aggregates`, `diagnostics`, `maintenance-planner`",
    "item": "what the plans know: `maintenance_planner/plans/*.toml` and `finding_work.toml`",
    "kind": "the kinds of the detectors: `diagnostics/detectors/`",
    "outcome": "of a booking `booked`, `taken`, `moved`, `cancelled`; of a re-drive `stored`, `failed`,"
    " `duplicate`; of an export `finished`, `abandoned`, `interrupted`; of a renewal `issued`, `unavailable` and"
    " `RenewalRefusal` in `vehicles/certification.py`; of a reminder `sent`, `given_up`, `withdrawn`",
    "part": "`bridge`, `writer`",
    "reason": "`RefusalReason` in `telemetry_schema/refusals.py`; empty where stored",
    "step": "`minute`, `hour`, `day`",
    "table": "the tables of `ingest/retention.py`",
    "what": "`What` in `data_export/layout.py`",
    "topic": "`StreamTopic` in `telemetry_schema/topics.py`",
}
"""Every label there may be, with where its few values come from: none is chosen by a car or by a caller."""

BRIDGE_MESSAGES: Final = Counter(
    "servicelane_bridge_messages_total",
    "MQTT messages the bridge has answered, by disposition (stored, quarantined, refused, deferred) and reason",
    ["disposition", "reason"],
)
BRIDGE_APPEND_SECONDS: Final = Histogram(
    "servicelane_bridge_append_seconds",
    "From the first message of a batch to its durable append to the stream",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
BROKER_DROPPED: Final = Gauge(
    "servicelane_broker_dropped_messages",
    "Messages the broker says it has dropped since it started; each bridge shows the same figure",
)
BROKER_CLIENTS: Final = Gauge("servicelane_broker_clients", "Clients connected to the broker, the bridges included")
BROKER_QUEUED: Final = Gauge("servicelane_broker_queued_messages", "Messages the broker holds, retained ones included")
WRITER_FRAMES: Final = Counter("servicelane_writer_frames_total", "Frames the writer has stored")
WRITER_REPEATS: Final = Counter("servicelane_writer_repeats_total", "Frames that were stored already and came again")
WRITER_LATE_FRAMES: Final = Counter(
    "servicelane_writer_late_frames_total", "Frames of batches that began more than ten minutes before they arrived"
)
WRITER_SECONDS: Final = Histogram(
    "servicelane_writer_batch_seconds",
    "Time that the writer works on one batch of records",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
QUARANTINED: Final = Counter("servicelane_quarantined_total", "Messages put into the quarantine, by reason", ["reason"])
REDRIVEN: Final = Counter(
    "servicelane_redriven_total", "Messages of the quarantine that were driven again, by outcome", ["outcome"]
)
INTAKE_STOPPED: Final = Gauge(
    "servicelane_intake_stopped",
    "1 while this part takes nothing, because the messages of too many cars cannot be taken (dead-letter limit)",
    ["part"],
)
AGGREGATES_REFRESHED: Final = Counter(
    "servicelane_aggregates_refreshed_total",
    "Spans of cars (on TimescaleDB: days of late data) whose aggregates were made anew, by step",
    ["step"],
)
AGGREGATES_WAITING: Final = Gauge(
    "servicelane_aggregates_waiting", "Days of cars whose aggregates are to be made anew, by step", ["step"]
)
AGGREGATES_TOO_OLD: Final = Counter(
    "servicelane_aggregates_too_old_total",
    "Spans that came when retention may have deleted samples beside them; their aggregates stay as they are",
)
RETENTION_DELETED: Final = Counter(
    "servicelane_retention_deleted_total", "Rows deleted because they are older than wanted, by table", ["table"]
)
RETENTION_UNRESOLVED: Final = Counter(
    "servicelane_retention_quarantine_unresolved_total",
    "Messages deleted from the quarantine that were never driven again",
)
STREAM_LAG: Final = Gauge("servicelane_stream_lag", "Records a group has not handled yet", ["group", "topic"])
STREAM_HANDLED: Final = Counter("servicelane_stream_handled_total", "Records a group has handled", ["group", "topic"])
STREAM_FAILURES: Final = Counter("servicelane_stream_failures_total", "Batches whose handler failed", ["group"])
STREAM_DELETED: Final = Counter("servicelane_stream_deleted_total", "Records deleted by retention", ["topic"])
STREAM_HELD_BACK_SECONDS: Final = Gauge(
    "servicelane_stream_held_back_seconds",
    "Age of the oldest record that is committed and cannot be read yet, because an older transaction still runs",
    ["topic"],
)
DIAGNOSTICS_FINDINGS: Final = Counter("servicelane_diagnostics_findings_total", "Findings published, by kind", ["kind"])
DIAGNOSTICS_SECONDS: Final = Histogram("servicelane_diagnostics_seconds", "Time of one vehicle's diagnosis")
PLANNER_RECOMMENDATIONS: Final = Counter(
    "servicelane_planner_recommendations_total", "Recommendations written", ["item"]
)
REMINDERS: Final = Counter(
    "servicelane_reminders_total",
    "Deliveries of reminders that ended, by channel and outcome: sent, given_up, withdrawn",
    ["channel", "outcome"],
)
NIGHT_FINISHED: Final = Gauge(
    "servicelane_planner_night_finished_timestamp_seconds", "When the last night's scoring was done, in Unix seconds"
)
BOOKINGS: Final = Counter("servicelane_bookings_total", "Requests to book, by outcome", ["outcome"])
EXPORTS: Final = Counter(
    "servicelane_exports_total",
    "Exports over HTTP by table and outcome: finished, abandoned by the client, interrupted by a limit or an error",
    ["what", "outcome"],
)
EXPORTED_ROWS: Final = Counter("servicelane_exported_rows_total", "Rows that left in exports over HTTP", ["what"])
FILE_EXPIRES: Final = Gauge(
    "servicelane_file_expires_timestamp_seconds",
    "When a certificate or revocation list ends, in Unix seconds; 0 where it cannot be read",
    ["file"],
)
DISK_BYTES: Final = Gauge("servicelane_disk_bytes", "Size of the file system that holds STREAMING_DISK_FOLDER")
DISK_FREE_BYTES: Final = Gauge("servicelane_disk_free_bytes", "What is free of it")
CERTIFICATE_RENEWALS: Final = Counter(
    "servicelane_certificate_renewals_total",
    "Cars that asked for their next certificate, by outcome (issued, or why not)",
    ["outcome"],
)

ALL: Final[tuple[Metric, ...]] = (
    BRIDGE_MESSAGES,
    BRIDGE_APPEND_SECONDS,
    BROKER_DROPPED,
    BROKER_CLIENTS,
    BROKER_QUEUED,
    WRITER_FRAMES,
    WRITER_REPEATS,
    WRITER_LATE_FRAMES,
    WRITER_SECONDS,
    QUARANTINED,
    REDRIVEN,
    INTAKE_STOPPED,
    AGGREGATES_REFRESHED,
    AGGREGATES_WAITING,
    AGGREGATES_TOO_OLD,
    RETENTION_DELETED,
    RETENTION_UNRESOLVED,
    STREAM_LAG,
    STREAM_HANDLED,
    STREAM_FAILURES,
    STREAM_DELETED,
    STREAM_HELD_BACK_SECONDS,
    DIAGNOSTICS_FINDINGS,
    DIAGNOSTICS_SECONDS,
    PLANNER_RECOMMENDATIONS,
    REMINDERS,
    NIGHT_FINISHED,
    BOOKINGS,
    EXPORTS,
    EXPORTED_ROWS,
    FILE_EXPIRES,
    DISK_BYTES,
    DISK_FREE_BYTES,
    CERTIFICATE_RENEWALS,
)
