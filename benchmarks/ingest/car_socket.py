"""The socket of one car, in the clear or over TLS: takes everything, keeps what the network does not take yet."""

from __future__ import annotations

import socket
import ssl
from typing import Final

_READ_BYTES: Final = 2**16
_RECORD_BYTES: Final = 2**14
"""Of a TLS record at most (RFC 8446, section 5.1)."""


class CarSocket:
    """Blocks until told otherwise. Raises OSError, as the socket does; ConnectionResetError at its end."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._socket = socket.create_connection(address, timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unsent = b""

    @property
    def is_blocked(self) -> bool:
        """Whether something waits for the network: `flush` when it takes more."""
        return bool(self._unsent)

    def fileno(self) -> int:
        return self._socket.fileno()

    def set_blocking(self, blocking: bool) -> None:
        self._socket.setblocking(blocking)

    def read(self) -> bytes:
        """What has come by now, empty where nothing has."""
        try:
            data = self._socket.recv(_READ_BYTES)
        except BlockingIOError:
            return b""
        if not data:
            raise ConnectionResetError("the other side has closed the connection")
        return data

    def write(self, data: bytes) -> None:
        self._unsent += data
        self.flush()

    def flush(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
        except BlockingIOError:
            return

    def close(self) -> None:
        self._socket.close()


class TlsCarSocket(CarSocket):
    """Python's own TLS socket asks the system twice for every record, and an answer of the broker is a record. This one
    asks once for all that have come.
    """

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext) -> None:
        super().__init__(address)
        self._received, self._encrypted = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._received, self._encrypted, server_hostname=address[0])
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                super().write(self._encrypted.read())
                self._received.write(super().read())
        super().write(self._encrypted.read())

    def read(self) -> bytes:
        self._received.write(super().read())
        pieces = []
        try:
            while piece := self._tls.read(_RECORD_BYTES):
                pieces.append(piece)
        except ssl.SSLWantReadError:
            pass
        return b"".join(pieces)

    def write(self, data: bytes) -> None:
        self._tls.write(data)
        super().write(self._encrypted.read())
