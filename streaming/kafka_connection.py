"""How to reach a Kafka cluster, and what its errors mean to us."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from aiokafka import errors
from aiokafka.helpers import create_ssl_context

from streaming.contract import StreamSetUpError, StreamUnavailableError, UnusableRecordError
from streaming.settings import KafkaSettings

REQUEST_SECONDS: Final = 15.0
"""For one answer of a broker. Longer than a rebalance may take (`kafka_member`), which is one long request."""

_REFUSED: Final = (
    errors.AuthenticationFailedError,
    errors.TopicAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.ClusterAuthorizationFailedError,
    errors.UnsupportedSaslMechanismError,
    errors.IllegalSaslStateError,
)


def client_options(settings: KafkaSettings) -> dict[str, Any]:
    """What every client of the cluster is told. Raises StreamSetUpError where the address is missing."""
    logging.getLogger("aiokafka").setLevel(logging.WARNING)  # it tells every rebalance at length
    if not settings.bootstrap:
        raise StreamSetUpError(
            "The stream is to be on Kafka, but no broker is named: set STREAMING_KAFKA_BOOTSTRAP to host:port."
        )
    password = settings.password.get_secret_value() if settings.password else None
    return {
        "bootstrap_servers": settings.bootstrap,
        "request_timeout_ms": int(REQUEST_SECONDS * 1000),
        "retry_backoff_ms": 250,  # a line of log for each: bearable while brokers are away
        "security_protocol": settings.security_protocol,
        "ssl_context": _ssl_context(settings) if "SSL" in settings.security_protocol else None,
        "sasl_mechanism": settings.sasl_mechanism,
        "sasl_plain_username": settings.user,
        "sasl_plain_password": password,
    }


def _ssl_context(settings: KafkaSettings) -> Any:
    try:
        return create_ssl_context(
            cafile=settings.ca_file, certfile=settings.certificate_file, keyfile=settings.key_file
        )
    except OSError as error:
        raise StreamSetUpError(
            "A certificate or key for Kafka cannot be read; check STREAMING_KAFKA_CA_FILE, "
            f"STREAMING_KAFKA_CERTIFICATE_FILE and STREAMING_KAFKA_KEY_FILE: {error}"
        ) from error


@contextmanager
def kafka_errors_translated() -> Iterator[None]:
    """Raises errors of the contract in place of the driver's. Works around `await` too."""
    try:
        yield
    except errors.KafkaError as error:
        raise _translate(error) from error
    except TimeoutError as error:
        raise StreamUnavailableError("Kafka does not answer in time") from error


def _translate(error: errors.KafkaError) -> Exception:
    words = str(error) or type(error).__name__
    if isinstance(error, errors.UnknownTopicOrPartitionError):
        return StreamSetUpError(f"A topic is missing ({words}). Create them with: python -m streaming topics")
    if isinstance(error, _REFUSED):
        return StreamSetUpError(
            f"Kafka refuses this account ({words}). Check STREAMING_KAFKA_USER and its password, and its rights: "
            "read, write and describe on the topics, read on the groups."
        )
    if isinstance(error, errors.MessageSizeTooLargeError):
        return UnusableRecordError(f"A record is larger than the topic takes ({words}).")
    if isinstance(error, errors.KafkaConnectionError):  # the driver says why only in its log
        return StreamUnavailableError(
            f"No broker takes the connection ({words}); the lines before this say why. Check STREAMING_KAFKA_BOOTSTRAP "
            "and, where brokers ask for them, STREAMING_KAFKA_USER, its password and the certificates."
        )
    return StreamUnavailableError(f"Kafka: {words}")
