"""The metrics as a page for people: `docs/metrics.md` is this text."""

from __future__ import annotations

from typing import Final

from observability.metrics import ALL, LABELS, Metric

_HEAD: Final = """# Metrics

<!-- Written by `servicelane docs` from observability/metrics.py; change it there. -->

Every process serves them at `/metrics`, beside `/healthz` (it runs) and `/readyz` (it can work).
`STREAMING_HEALTH_PORT` names the port, the API's is its own, and `servicelane status` shows where they are on a local
stack. Python's own metrics of the process (`process_…`, `python_…`) stand beside them. No label names a car, an owner
or a place: what is asked per car is asked of the database (`docs/operations.md`).

| name | type | labels | what it is |
|---|---|---|---|
"""


def metrics_markdown() -> str:
    """The whole page, the same text for the same metrics."""
    rows = "".join(_row(metric) for metric in sorted(ALL, key=exposed_name))
    labels = "".join(f"| `{name}` | {values} |\n" for name, values in sorted(LABELS.items()))
    return f"{_HEAD}{rows}\n## Labels\n\n| label | its values |\n|---|---|\n{labels}"


def exposed_name(metric: Metric) -> str:
    """As Prometheus knows it: a counter ends in `_total`."""
    (family,) = metric.describe()
    return f"{family.name}_total" if family.type == "counter" else family.name


def _row(metric: Metric) -> str:
    (family,) = metric.describe()
    labels = ", ".join(f"`{name}`" for name in metric._labelnames)
    return f"| `{exposed_name(metric)}` | {family.type} | {labels} | {family.documentation} |\n"
