from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import httpx
import pytest

from observability import health, metrics
from observability.health import health_endpoint


async def _fine() -> None:
    return


async def _broken() -> None:
    raise ConnectionError("postgresql://user:hunter2@host")


async def _get(port: int, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(f"http://127.0.0.1:{port}{path}")


async def test_a_worker_that_runs_is_alive_whatever_it_waits_for() -> None:
    async with health_endpoint("127.0.0.1", 0, {"database": _broken}) as port:
        answer = await _get(port, "/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_a_worker_is_ready_when_every_check_is() -> None:
    async with health_endpoint("127.0.0.1", 0, {"database": _fine, "broker": _fine}) as port:
        answer = await _get(port, "/readyz?verbose=1")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


async def test_a_check_that_fails_is_named_without_its_secrets() -> None:
    async with health_endpoint("127.0.0.1", 0, {"database": _fine, "broker": _broken}) as port:
        answer = await _get(port, "/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "checks": {"database": "ok", "broker": "ConnectionError"}}
    assert "hunter2" not in answer.text


async def test_a_check_that_hangs_is_a_check_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(health, "_CHECK_SECONDS", 0.05)
    async with health_endpoint("127.0.0.1", 0, {"database": hangs}) as port:
        answer = await _get(port, "/readyz")
    assert (answer.status_code, answer.json()["checks"]) == (503, {"database": "TimeoutError"})


async def test_metrics_are_shown_as_prometheus_reads_them() -> None:
    metrics.QUARANTINED.labels(reason="future-clock").inc(3)
    async with health_endpoint("127.0.0.1", 0, {}) as port:
        answer = await _get(port, "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'servicelane_quarantined_total{reason="future-clock"} ' in answer.text
    assert "# HELP servicelane_stream_lag " in answer.text


@pytest.mark.parametrize("path", ["/", "/metrics/", "/../etc/passwd"])
async def test_any_other_path_is_not_found(path: str) -> None:
    async with health_endpoint("127.0.0.1", 0, {}) as port:
        assert (await _get(port, path)).status_code == 404


async def test_other_methods_are_not_found() -> None:
    async with health_endpoint("127.0.0.1", 0, {}) as port, httpx.AsyncClient() as client:
        assert (await client.post(f"http://127.0.0.1:{port}/healthz")).status_code == 404


@pytest.mark.parametrize("nonsense", [b"\r\n\r\n", b"\xff\x00 \r\n\r\n", b"GET\r\n\r\n", b"A" * 100_000, b""])
async def test_nonsense_ends_its_own_connection_and_nothing_else(nonsense: bytes) -> None:
    unhandled: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: unhandled.append(context))
    async with health_endpoint("127.0.0.1", 0, {}) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(nonsense)
        writer.write_eof()
        async with asyncio.timeout(5):
            with contextlib.suppress(ConnectionResetError):
                await reader.read()
        writer.close()
        assert (await _get(port, "/healthz")).status_code == 200
    assert unhandled == []


async def test_the_port_is_free_again_afterwards() -> None:
    async with health_endpoint("127.0.0.1", 0, {}) as port:
        pass
    with pytest.raises(httpx.ConnectError):
        await _get(port, "/healthz")


def test_every_metric_is_in_the_list_named_for_servicelane_and_explained() -> None:
    defined = [value for name, value in vars(metrics).items() if name.isupper() and name not in ("ALL", "LABELS")]
    assert set(map(id, metrics.ALL)) == set(map(id, defined))
    described = [family for metric in metrics.ALL for family in metric.describe()]
    assert all(family.name.startswith("servicelane_") and len(family.documentation) > 10 for family in described)
    assert len({family.name for family in described}) == len(described) == len(metrics.ALL)
