"""The files in `deploy/mosquitto/`, filled in for one broker: on this machine, or in a container of its own."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final, Literal

MAXIMUM_PACKET_BYTES: Final = 262_144
MAXIMUM_CARS: Final = 100_000
Cars = Literal["cars", "cars-by-password"]
Services = Literal["services", "services-tls"]
_SHIPPED: Final = Path(__file__).parent.parent / "deploy" / "mosquitto"


@dataclass(frozen=True, slots=True)
class BrokerConfiguration:
    """`folder` holds the broker's files and what it keeps; started as root, it goes on as `user`."""

    folder: Path
    user: str
    device_host: str
    device_port: int
    service_host: str
    service_port: int
    pid_file: Path
    log_destination: str
    """As in `log_dest`: `stdout`, or `file` and a path."""

    cars: Cars = "cars"
    """Which listener cars get, a file of `deploy/mosquitto/`: by certificate, or by password for development."""

    services: Services = "services"
    """Which listener our services get: plain, or over TLS."""

    maximum_packet_bytes: int = MAXIMUM_PACKET_BYTES
    maximum_cars: int = MAXIMUM_CARS

    def write(self) -> None:
        """Writes `mosquitto.conf` and `acl`; accounts are `broker_accounts`' matter, certificates `server_files`'."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        text = "".join((_SHIPPED / f"{name}.conf").read_text() for name in ("mosquitto", self.cars, self.services))
        (self.folder / "mosquitto.conf").write_text(Template(text).substitute(values))
        acl = self.folder / "acl"
        acl.write_text((_SHIPPED / "acl").read_text())
        acl.chmod(0o600)


def on_this_machine(
    folder: Path, user: str, device: tuple[str, int], service_port: int, cars: Cars, maximum_packet_bytes: int
) -> BrokerConfiguration:
    """Services reach it on loopback only."""
    return BrokerConfiguration(
        folder,
        user,
        *device,
        "127.0.0.1",
        service_port,
        pid_file=folder / "mosquitto.pid",
        log_destination=f"file {folder / 'mosquitto.log'}",
        cars=cars,
        maximum_packet_bytes=maximum_packet_bytes,
    )


def in_a_container(
    folder: Path, device_port: int, service_port: int, services: Services = "services"
) -> BrokerConfiguration:
    """Who may reach which port is decided by the container's networks.

    Nobody looks for its process id under that name: in another container it would be another process's.
    """
    return BrokerConfiguration(
        folder,
        getpass.getuser(),
        "0.0.0.0",  # noqa: S104
        device_port,
        "0.0.0.0",  # noqa: S104
        service_port,
        pid_file=folder / "container.pid",
        log_destination="stdout",
        services=services,
    )
