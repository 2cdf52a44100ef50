"""The whole of Servicelane on this machine: broker, database, and each part as a process."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from booking_api.development_issuer import ISSUER, KEY_SET, ensure_development_keys
from database.connection import open_pool
from database.embedded import EmbeddedPostgres, keep_running
from database.migrations import migrate
from servicelane.broker import LocalBroker, keep_broker
from servicelane.databases import create_fresh_database, ensure_database
from servicelane.device_settings import device_settings
from servicelane.kafka_server import KafkaError, KafkaMissingError
from servicelane.local_stream import LocalStream
from servicelane.ports import free_port, keep_port, wait_until_open_async
from servicelane.schema import migration_folders
from servicelane.state_file import StackState, clear_state, write_state
from servicelane.supervisor import Part, Supervisor
from streaming.contract import StreamSetUpError
from streaming.settings import StreamingSettings, StreamKind
from vehicles.authority import ensure_authority
from vehicles.server_renewal import ServerRenewal
from vehicles.settings import VehiclesSettings
from web.development_sign_in import METADATA
from web.sessions import ensure_secret

_API_SECONDS: Final = 60.0
_SESSION_KEY: Final = "session.key"
_WEB_LIBRARIES: Final = Path(__file__).parents[1] / "var" / "web" / "node_modules"
_KEEP_EVERYTHING: Final = {"INGEST_RETENTION_KEEP_EVERYTHING": "true"}
"""On one's own machine old recordings are looked at too; retention by the car's clock would delete them at once."""

_ONE_PROCESS: Final = {"MAINTENANCE_PLANNER_NIGHT_PROCESSES": "1"}
"""The machine has other work than the night's."""

_TIME_LAPSE_BUDGETS: Final = {
    "INGEST_VEHICLE_MESSAGES_PER_SECOND": "5000",
    "INGEST_VEHICLE_BYTES_PER_SECOND": str(64 * 2**20),
    "INGEST_VEHICLE_VALUES_PER_SECOND": "10000000",
}
"""Simulated cars and replays live months in seconds: far more than a car on the road may send."""


class StackError(RuntimeError):
    """The stack cannot run; the message says what to do."""


@dataclass(frozen=True, slots=True)
class StackOptions:
    """`database_url` None means the embedded PostgreSQL. A fresh stack starts with an empty database of its own."""

    data_folder: Path
    database_name: str = "servicelane"
    database_url: str | None = field(default_factory=lambda: os.environ.get("DATABASE_URL"))
    fresh: bool = False
    device_host: str = "127.0.0.1"
    device_port: int | None = None
    api_port: int | None = None
    web_port: int | None = None
    stream: StreamKind = field(default_factory=lambda: StreamingSettings().kind)
    enrolment_port: int | None = None


class LocalStack:
    """Starts everything, and ends everything again however it is left (`async with`)."""

    def __init__(self, options: StackOptions, say: Callable[[str], None]) -> None:
        self._options = options
        self._say = say
        self.folder = options.data_folder.absolute()
        self.supervisor = Supervisor(self.folder / "log")
        self.broker = LocalBroker(
            self.folder / "broker", device_host=options.device_host, device_port=options.device_port, cars="cars"
        )
        self.stream = LocalStream(options.stream, self.folder / "kafka", fresh=options.fresh)
        self.enrolment_port = keep_port(options.enrolment_port)
        self.api_port = keep_port(options.api_port)
        self.web_port = keep_port(options.web_port)
        self._health_ports: dict[str, int] = defaultdict(free_port)
        self.database_url = ""
        self._postgres: EmbeddedPostgres | None = None
        self._stopping = asyncio.Event()
        self._keepers: list[asyncio.Task[None]] = []

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def web_url(self) -> str:
        """Where people look."""
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def enrolment_url(self) -> str:
        """Where cars get their next certificate."""
        host = "127.0.0.1" if self.broker.host == "0.0.0.0" else self.broker.host  # noqa: S104
        return f"https://{host}:{self.enrolment_port}"

    @property
    def postgres_pid(self) -> int | None:
        """Of the embedded server; None where somebody else's is used."""
        return self._postgres.pid if self._postgres else None

    @property
    def keys_folder(self) -> Path:
        return self.folder / "keys"

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException as error:
            await self.stop()
            if isinstance(error, KafkaMissingError | KafkaError | StreamSetUpError):
                raise StackError(str(error)) from error
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        clear_state(self.folder)
        self._stopping.set()
        await self.supervisor.stop()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        self.broker.stop()
        await self.stream.stop()
        if self._postgres:
            self._postgres.stop()

    async def _start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.stream.begin()
        await self._start_database()
        self._say(f"stream: on {self._options.stream}")
        self._keepers += await self.stream.be_ready(self.database_url, self._stopping)
        self._say("broker: starting Mosquitto")
        await self._write_broker_certificates()
        self.broker.start()
        self._keepers.append(asyncio.create_task(keep_broker(self.broker, self._stopping)))
        ensure_development_keys(self.keys_folder)
        for part in self._parts():
            self._say(f"starting {part.name}")
            await self.supervisor.start(part)
        await self._wait_for("booking-api", "The API does not answer", self.api_port)
        await self._wait_for("web", "The pages are not served", self.web_port)
        write_state(self.folder, self.state())

    async def _wait_for(self, part: str, complaint: str, port: int) -> None:
        if not await wait_until_open_async("127.0.0.1", port, _API_SECONDS):
            raise StackError(f"{complaint}.\n{self.supervisor.end_of_log(part)}")

    async def _write_broker_certificates(self) -> None:
        """Before its start, which needs a certificate and a list; the enrolment service keeps both good."""
        settings = self.device_settings()
        authority = ensure_authority(settings.authority_folder, datetime.now(UTC))
        async with open_pool(self.database_url, maximum=1) as pool:
            await ServerRenewal(pool, authority, settings.server_files()).look(datetime.now(UTC))

    def device_settings(self) -> VehiclesSettings:
        return device_settings(self.folder, self.database_url, self.broker.host)

    async def _start_database(self) -> None:
        server_url = self._options.database_url
        if server_url is None:
            self._say("database: starting the embedded PostgreSQL (the first start takes a few seconds)")
            self._postgres = EmbeddedPostgres(self.folder / "postgres")
            self._postgres.start()
            self._keepers.append(asyncio.create_task(keep_running(self._postgres, self._stopping)))
            server_url = self._postgres.url
        self.database_url = await self._choose_database(server_url)
        self._say("database: applying migrations")
        await migrate(self.database_url, migration_folders())

    async def _choose_database(self, server_url: str) -> str:
        if self._options.fresh:
            return await create_fresh_database(server_url, self._options.database_name)
        if self._options.database_url:
            return server_url  # somebody else's server: the database that was named, no other
        return await ensure_database(server_url, self._options.database_name)

    def _parts(self) -> list[Part]:
        database = {"DATABASE_URL": self.database_url, **self.stream.environment}
        ingest = {
            **database,
            "INGEST_BROKER_HOST": "127.0.0.1",
            "INGEST_BROKER_PORT": str(self.broker.service_port),
            "INGEST_BROKER_USER": self.broker.service_user,
            "INGEST_BROKER_PASSWORD": self.broker.service_password,
            **_TIME_LAPSE_BUDGETS,
        }
        api = {
            **database,
            "BOOKING_API_HOST": "127.0.0.1",
            "BOOKING_API_PORT": str(self.api_port),
            "BOOKING_API_ISSUER": ISSUER,
            "BOOKING_API_JWKS_FILE": str(self.keys_folder / KEY_SET),
        }
        parts = [
            *self.stream.parts(database),
            Part("ingest-bridge", ["-m", "ingest", "bridge"], ingest),
            Part("ingest-writer", ["-m", "ingest", "writer"], ingest),
            Part(
                "aggregates", ["-m", "ingest", "aggregates"], {**database, "INGEST_RETENTION_KEEP_EVERYTHING": "true"}
            ),
            Part("diagnostics", ["-m", "diagnostics"], database),
            Part("maintenance-planner", ["-m", "maintenance_planner"], database),
            Part("planner-schedule", ["-m", "maintenance_planner", "schedule"], {**database, **_ONE_PROCESS}),
            Part("enrolment", ["-m", "vehicles"], self._enrolment_environment()),
            Part("stream-retention", ["-m", "streaming"], {**database, "STREAMING_DISK_FOLDER": str(self.folder)}),
        ]
        served = [Part("booking-api", ["-m", "booking_api"], api), Part("web", ["-m", "web"], self._web_environment())]
        return [*served, *map(self._with_health, parts)]

    def _web_environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database_url,
            **self.stream.environment,
            "WEB_HOST": "127.0.0.1",
            "WEB_PORT": str(self.web_port),
            "WEB_ADDRESS": self.web_url,
            "WEB_ISSUER": ISSUER,
            "WEB_METADATA_URL": f"{self.web_url}{METADATA}",
            "WEB_JWKS_FILE": str(self.keys_folder / KEY_SET),
            "WEB_SESSION_KEY": ensure_secret(self.keys_folder / _SESSION_KEY),
            "WEB_LIBRARIES_FOLDER": str(_WEB_LIBRARIES),
            "WEB_DEVELOPMENT_KEYS_FOLDER": str(self.keys_folder),
        }

    def _enrolment_environment(self) -> dict[str, str]:
        settings = self.device_settings()
        return {
            "DATABASE_URL": self.database_url,
            "VEHICLES_AUTHORITY_FOLDER": str(settings.authority_folder),
            "VEHICLES_SERVER_FOLDER": str(settings.server_folder),
            "VEHICLES_SERVER_NAMES": settings.server_names,
            "VEHICLES_ENROLMENT_HOST": self.broker.host,
            "VEHICLES_ENROLMENT_PORT": str(self.enrolment_port),
        }

    def _with_health(self, part: Part) -> Part:
        port = self._health_ports[part.name]
        return replace(part, environment={**part.environment, "STREAMING_HEALTH_PORT": str(port)})

    def state(self) -> StackState:
        """What other commands need to find this stack."""
        pids = {part.name: self.supervisor.pid(part.name) for part in self._parts()}
        pids["mosquitto"] = self.broker.pid
        pids["kafka"] = self.stream.kafka.pid if self.stream.kafka else None
        return StackState(
            pid=os.getpid(),
            database_url=self.database_url,
            device_host=self.broker.host,
            device_port=self.broker.device_port,
            api_url=self.api_url,
            parts={name: pid for name, pid in pids.items() if pid},
            web_url=self.web_url,
            health_ports={"booking-api": self.api_port, "web": self.web_port, **self._health_ports},
            stream_environment=self.stream.environment,
            enrolment_url=self.enrolment_url,
            service_port=self.broker.service_port,
            service_user=self.broker.service_user,
            service_password=self.broker.service_password,
        )
