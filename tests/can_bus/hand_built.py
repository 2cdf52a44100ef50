"""Hand-built lines of a log, as a listener on the bus would have written them."""

from collections.abc import Iterator, Mapping

from cantools.database import Database

from can_bus.candump import LogReader
from can_bus.dbc_signals import DbcSignals
from can_bus.decoder import BusDecoder, BusPlan, decode
from can_bus.messages import Problem, Reading
from telemetry_schema.generated import servicelane_v1_pb2 as wire

START = 1_700_000_000.0


def lines(*frames: tuple[str, str], every_seconds: float = 0.01) -> list[str]:
    """`(identifier, hex bytes)`, one frame each `every_seconds`."""
    return [
        f"({START + place * every_seconds:.6f}) can0 {identifier}#{data.replace(' ', '')}"
        for place, (identifier, data) in enumerate(frames)
    ]


def iso_tp(identifier: str, payload: str) -> list[tuple[str, str]]:
    """A message in as many frames as it needs."""
    data = bytes.fromhex(payload)
    if len(data) < 8:
        return [(identifier, f"{len(data):02X}{data.hex()}".ljust(16, "A"))]
    frames = [(identifier, f"1{len(data):03X}{data[:6].hex()}")]
    for number, start in enumerate(range(6, len(data), 7), start=1):
        frames.append((identifier, f"2{number % 16:X}{data[start : start + 7].hex()}".ljust(16, "5")))
    return frames


def broadcast(source: str, group: str, payload: str) -> list[tuple[str, str]]:
    """A J1939 message to all, announced and sent in packets. `group` has six digits, the highest first."""
    data = bytes.fromhex(payload)
    packets = [data[start : start + 7] for start in range(0, len(data), 7)]
    low_first = bytes.fromhex(group)[::-1].hex()
    announced = f"20{len(data) & 0xFF:02X}{len(data) >> 8:02X}{len(packets):02X}FF{low_first}"
    sent = [(f"1CEBFF{source}", f"{number:02X}{part.hex()}".ljust(16, "F")) for number, part in enumerate(packets, 1)]
    return [(f"1CECFF{source}", announced), *sent]


class Heard:
    """What a decoder says of some lines."""

    def __init__(self, text: list[str], plan: BusPlan | None = None) -> None:
        self.log = LogReader(text)
        self.decoder = BusDecoder(plan or BusPlan(DbcSignals(Database()), {}))
        self.told = list(decode(self.log.frames(), self.decoder))

    @property
    def events(self) -> list[wire.Event]:
        return [one for one in self.told if isinstance(one, wire.Event)]

    @property
    def reports(self) -> list[wire.DtcReport]:
        return [one.dtc_report for one in self.events if one.HasField("dtc_report")]

    @property
    def readings(self) -> list[Reading]:
        return [one for one in self.told if isinstance(one, Reading)]

    @property
    def problems(self) -> list[Problem]:
        return self.decoder.account.problems

    @property
    def not_taken(self) -> Mapping[str, int]:
        return self.decoder.account.not_taken

    def statuses(self) -> Iterator[dict[int, int]]:
        for report in self.reports:
            yield {dtc.code: dtc.status for dtc in report.codes}
