"""An Apache Kafka of our own on this machine: one node, broker and controller, with the files of `deploy/kafka/`."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Final

from servicelane.ports import PortTakenError, free_port, keep_port, wait_until_open
from servicelane.processes import die_with_parent

_REPOSITORY: Final = Path(__file__).parent.parent
_CONFIGURATION: Final = _REPOSITORY / "deploy" / "kafka"
JARS: Final = _REPOSITORY / "var" / "kafka" / "jars"

_OPTIONS: Final = ("-Xmx512m", "-Xms128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")
"""Little memory, quick to start. The broker mostly moves bytes, which the better compiler would hardly hasten."""

_LISTENERS: Final = re.compile(r"^listeners=\D+127\.0\.0\.1:(\d+)\D+127\.0\.0\.1:(\d+)", re.MULTILINE)
_OLDEST_JAVA: Final = 17
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 20.0
_WATCH_SECONDS: Final = 0.5
_LOG_LIMIT_BYTES: Final = 16 * 2**20


class KafkaMissingError(RuntimeError):
    """Java or the broker's files are not here; the message says how to get them."""


class KafkaError(RuntimeError):
    """The broker does not start; the message says why."""


def find_java() -> tuple[str, str]:
    """The program and its version. Raises KafkaMissingError where there is none, or an old one."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None)
    if java is None:
        raise KafkaMissingError(
            "Java is not installed. Run `make setup-kafka`, or install a Java of version 17 or later."
        )
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "((\d+)[^"]*)"', told)
    if found is None or int(found[2]) < _OLDEST_JAVA:
        raise KafkaMissingError(f"Kafka needs Java {_OLDEST_JAVA} or later, {java} is {found[1] if found else told!r}.")
    return java, found[1]


def find_jars() -> Path:
    """The folder with the broker. Raises KafkaMissingError with the command that brings it."""
    if not any(JARS.glob("kafka_*.jar")):
        raise KafkaMissingError("The Kafka broker is not here. Run `make setup-kafka`.")
    return JARS


class LocalKafka:
    """A node on loopback; its data, its log and its ports stay in `folder` from run to run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._process: subprocess.Popen[bytes] | None = None
        self.port, self._controller_port = self._ports()

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def log_path(self) -> Path:
        return self.folder / "kafka.log"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Returns when the broker accepts connections. Raises KafkaMissingError or KafkaError."""
        java, _ = find_java()
        command = [java, *_OPTIONS, f"-Dlog4j2.configurationFile=file:{_CONFIGURATION / 'log4j2.properties'}"]
        command += ["-cp", f"{find_jars()}/*"]
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write_configuration()
        if not (self.folder / "data" / "meta.properties").exists():
            self._format(command)
        self._spawn([*command, "kafka.Kafka", str(self._configuration)])
        deadline = time.monotonic() + _START_SECONDS
        while not wait_until_open("127.0.0.1", self.port, 0.5):
            if not self.alive or time.monotonic() > deadline:
                self.kill()
                raise KafkaError(f"Kafka does not start. The end of {self.log_path}:\n{self._end_of_log()}")

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """Ends the broker at once, whatever it has in hand."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def _configuration(self) -> Path:
        return self.folder / "server.properties"

    def _ports(self) -> tuple[int, int]:
        """As before where there was a run before: clients of a broker that comes back know its address."""
        with contextlib.suppress(OSError, PortTakenError):
            found = re.search(
                r"^listeners=\D+127\.0\.0\.1:(\d+)\D+127\.0\.0\.1:(\d+)", self._configuration.read_text(), re.M
            )
            if found:
                return keep_port(int(found[1])), keep_port(int(found[2]))
        return free_port(), free_port()

    def _write_configuration(self) -> None:
        text = Template((_CONFIGURATION / "server.properties").read_text()).substitute(
            folder=self.folder, port=self.port, controller_port=self._controller_port
        )
        self._configuration.write_text(text)

    def _format(self, command: Sequence[str]) -> None:
        """Into data that counts only when it is complete: the tool writes `meta.properties` last."""
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        tool = ["kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(self._configuration)]
        told = subprocess.run([*command, *tool], capture_output=True, text=True, check=False)
        if told.returncode != 0:
            raise KafkaError(
                f"Kafka cannot format {self.folder / 'data'}: {told.stderr.strip() or told.stdout.strip()}"
            )

    def _spawn(self, command: Sequence[str]) -> None:
        if self.log_path.exists() and self.log_path.stat().st_size > _LOG_LIMIT_BYTES:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,
                start_new_session=True,
            )

    def _end_of_log(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-8:])
        return ""


async def keep_kafka(kafka: LocalKafka, stopping: asyncio.Event) -> None:
    """Starts the broker again whenever it has died, on the same ports, until `stopping` is set."""
    while not stopping.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _WATCH_SECONDS)
        if not stopping.is_set() and not kafka.alive:
            with contextlib.suppress(KafkaError, OSError):  # tried again at the next look
                await asyncio.to_thread(kafka.start)
