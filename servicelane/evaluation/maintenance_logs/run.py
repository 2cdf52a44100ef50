"""Learns on the first part of the time and is judged on the last, with a gap of the horizon in between."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from servicelane.evaluation.maintenance_logs.columns import LogFiles
from servicelane.evaluation.maintenance_logs.logs import Logs, read_logs
from servicelane.evaluation.maintenance_logs.looks import STEP_SECONDS, Looks, look
from servicelane.evaluation.maintenance_logs.tables import Column, LogFileError

SEED: Final = 20_260_702
LEARNT_SHARE: Final = 2 / 3
"""Of the time from the first to the last line of telemetry."""

LIKELY: Final = 0.5
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Scored:
    """Of looks at machines. `support`: looks at which it was so."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Warned:
    """Failures of one component in the time of the test: how many were told before, and how long before.

    A failure counts as told from the first look of the unbroken row of warnings that reaches up to it.
    """

    component: str
    failures: int
    told: int
    median_lead_hours: float | None


@dataclass(frozen=True, slots=True)
class NextFailure:
    """`never_f1`: macro F1 of saying that nothing ever fails. Instants as the files write them, without a zone."""

    seed: int
    machines: int
    telemetry_lines: int
    horizon_hours: int
    learnt_until_at: str
    judged_from_at: str
    learnt_looks: int
    judged_looks: int
    scored: list[Scored]
    macro_f1: float
    never_f1: float
    warned: list[Warned]
    cpu_seconds: float


def evaluate_events(files: LogFiles, seed: int = SEED) -> NextFailure:
    """Raises LogFileError."""
    started = time.process_time()
    logs = read_logs(files)
    horizon = files.horizon_hours * 3600
    looks = look(logs, horizon)
    until, since = _split(logs, horizon)
    ends = int(logs.at.max()) + STEP_SECONDS
    learnt = looks.at + horizon <= since
    judged = (looks.at >= since) & (looks.at + horizon <= ends)  # of later looks nobody knows yet how they end
    _check(looks, learnt, judged)
    with threadpool_limits(1):  # threads that wait for one another count as CPU too
        said = _predict(looks, learnt, judged, seed)
    scored = _score(looks.fails[judged], said, looks.components)
    never = _score(looks.fails[judged], np.zeros_like(said), looks.components)
    return NextFailure(
        seed,
        len(logs.machines),
        len(logs.at),
        files.horizon_hours,
        _words(until),
        _words(since),
        int(learnt.sum()),
        int(judged.sum()),
        scored,
        _macro(scored),
        _macro(never),
        _warned(logs, looks, judged, said, horizon),
        time.process_time() - started,
    )


def _split(logs: Logs, horizon: int) -> tuple[int, int]:
    """The last look that is learnt from comes before the first, the first that is judged at the second."""
    begins, ends = int(logs.at.min()), int(logs.at.max())
    until = begins + int((ends - begins) * LEARNT_SHARE)
    return until, until + horizon


def _check(looks: Looks, learnt: Column, judged: Column) -> None:
    if not judged.any() or not learnt.any():
        raise LogFileError("the telemetry is too short: a third of it must be longer than two horizons")
    for number, name in enumerate(looks.components):
        if not looks.fails[learnt, number].any():
            raise LogFileError(
                f"{name} never fails in the first two thirds of the time, so nothing can be learnt of it: give more "
                "time or more machines, or take its failures out"
            )


def _predict(looks: Looks, learnt: Column, judged: Column, seed: int) -> Column:
    """Judged looks x components: whether it is likely to fail. One model per component: two may fail together."""
    said = []
    for number in range(len(looks.components)):
        model = HistGradientBoostingClassifier(
            max_iter=120,
            learning_rate=0.1,
            max_leaf_nodes=15,
            l2_regularization=5.0,  # failures are rare: without it the first leaves of them alone would be certain
            early_stopping=False,
            random_state=seed + number,
        )
        model.fit(looks.known[learnt], looks.fails[learnt, number])
        said.append(model.predict_proba(looks.known[judged])[:, 1] >= LIKELY)
    return np.column_stack(said)


def _score(truth: Column, said: Column, components: Sequence[str]) -> list[Scored]:
    rows: list[tuple[str, Column, Column]] = [
        (name, truth[:, number], said[:, number]) for number, name in enumerate(components)
    ]
    nothing: Column = np.logical_not(truth.any(axis=1))
    said_nothing: Column = np.logical_not(said.any(axis=1))
    return [*(_scored(*row) for row in rows), _scored(NONE, nothing, said_nothing)]


def _scored(name: str, truth: Column, said: Column) -> Scored:
    right = int((truth & said).sum())
    precision = right / said.sum() if said.any() else 0.0
    recall = right / truth.sum() if truth.any() else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Scored(name, float(precision), float(recall), float(f1), int(truth.sum()))


def _macro(scored: Sequence[Scored]) -> float:
    """Over what there was to be found in the time of the test."""
    return float(np.mean([one.f1 for one in scored if one.support]))


def _warned(logs: Logs, looks: Looks, judged: Column, said: Column, horizon: int) -> list[Warned]:
    machine, at = looks.machine[judged], looks.at[judged]
    found = []
    for number, component in enumerate(looks.components):
        leads: list[float | None] = []
        for one in range(len(logs.machines)):
            begin, end = np.searchsorted(machine, [one, one + 1])
            for failed in np.unique(logs.failures.of(one, number)):
                if begin < end and at[begin] + horizon <= failed < at[end - 1] + horizon:
                    leads.append(_lead(at[begin:end], said[begin:end, number], int(failed), horizon))
        told = [lead for lead in leads if lead is not None]
        found.append(Warned(component, len(leads), len(told), float(np.median(told)) if told else None))
    return found


def _lead(at: Column, said: Column, failed: int, horizon: int) -> float | None:
    """Hours; None: at the last look before it nothing was said."""
    before = (at <= failed) & (at > failed - horizon)
    told = said[before][::-1]
    row = len(told) if told.all() else int(np.argmin(told))
    return None if row == 0 else float((failed - at[before][::-1][row - 1]) / 3600)


def _words(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
