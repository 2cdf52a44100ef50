"""Between paho and its socket: takes out every PUBLISH with QoS 1, whole, and passes everything else on.

Reads and writes in large pieces: paho asks the socket for single bytes and hands it single packets.
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import Final, Protocol

from ingest.mqtt_packets import MalformedPacketError, find_packet, is_publish, read_publish
from ingest.received import Received

_READ_BYTES: Final = 2**18


class Socket(Protocol):
    """What paho uses of a socket."""

    def recv(self, bufsize: int, /) -> bytes: ...
    def send(self, data: bytes | bytearray, /) -> int: ...
    def close(self) -> None: ...
    def fileno(self) -> int: ...
    def setblocking(self, flag: bool, /) -> None: ...


class PublishTap:
    """What paho sees as its socket. `receive` and `flush` are called where the real socket can be read or written."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._unread = bytearray()  # what has come and is not a whole packet yet
        self._for_paho = bytearray()
        self._unsent = bytearray()
        self._has_ended = False

    @property
    def wants_paho(self) -> bool:
        """Whether paho has something to read, be it the end of the connection."""
        return bool(self._for_paho) or self._has_ended

    @property
    def wants_write(self) -> bool:
        return bool(self._unsent)

    def receive(self, maximum_bytes: int) -> list[Received]:
        """What has come, in order, and not much more than so many bytes of it. Where the broker breaks the protocol the
        connection has ended.
        """
        self._fill(maximum_bytes)
        now = datetime.now(UTC)
        unread = bytes(self._unread)
        found: list[Received] = []
        at = 0
        try:
            while packet := find_packet(unread, at):
                body, end = packet
                if is_publish(unread[at]):
                    found.append(read_publish(unread, at, body, end, now))
                else:
                    self._for_paho += unread[at:end]
                at = end
        except MalformedPacketError:
            self._has_ended = True
        del self._unread[:at]
        return found

    def _fill(self, maximum_bytes: int) -> None:
        try:
            while chunk := self._socket.recv(_READ_BYTES):
                self._unread += chunk
                if len(self._unread) >= maximum_bytes:
                    return
                if len(chunk) < _READ_BYTES and not isinstance(self._socket, ssl.SSLSocket):
                    return
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError:
            pass
        self._has_ended = True

    def flush(self) -> None:
        """Writes as much as the socket takes; a broken connection is noticed when reading."""
        try:
            while self._unsent:
                sent = self._socket.send(self._unsent)
                del self._unsent[:sent]
        except (BlockingIOError, ssl.SSLWantWriteError):
            return
        except OSError:
            self._has_ended = True

    def recv(self, bufsize: int) -> bytes:
        """For paho; empty at the end of the connection."""
        if not self._for_paho:
            if self._has_ended:
                return b""
            raise BlockingIOError
        taken = bytes(self._for_paho[:bufsize])
        del self._for_paho[:bufsize]
        return taken

    def send(self, data: bytes | bytearray) -> int:
        """Keeps whole packets until `flush`."""
        self._unsent += data
        return len(data)

    def close(self) -> None:
        self._socket.close()

    def fileno(self) -> int:
        return self._socket.fileno()

    def setblocking(self, flag: bool) -> None:
        self._socket.setblocking(flag)
