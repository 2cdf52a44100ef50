"""The files in `deploy/mosquitto/`, filled in for one broker: on this machine, or in a container of its own."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

MAXIMUM_PACKET_BYTES: Final = 262_144
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

    maximum_packet_bytes: int = MAXIMUM_PACKET_BYTES

    def write(self) -> None:
        """Writes `mosquitto.conf` and `acl`; accounts are `broker_accounts`' matter."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        text = Template((_SHIPPED / "mosquitto.conf").read_text()).substitute(values)
        (self.folder / "mosquitto.conf").write_text(text)
        acl = self.folder / "acl"
        acl.write_text((_SHIPPED / "acl").read_text())
        acl.chmod(0o600)


def on_this_machine(
    folder: Path, user: str, device: tuple[str, int], service_port: int, maximum_packet_bytes: int
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
        maximum_packet_bytes=maximum_packet_bytes,
    )


def in_a_container(folder: Path, device_port: int, service_port: int) -> BrokerConfiguration:
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
    )
