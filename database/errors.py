"""Driver errors in the words of what a caller can do next.

DatabaseError
├── ConflictError            a value that must be unique exists already: tell the caller, or read the existing one
├── OverlapError             an exclusion constraint refused: somebody holds that resource at that time
├── MissingReferenceError    a row that is pointed at does not exist, or is still needed: refuse the request
├── RefusedValueError        a check, a not-null or the column's type refused the value: refuse the request
├── ContentionError          deadlock, lock timeout, serialisation: try the whole transaction again
├── UnavailableError         the server is away, starts, stops, or no connection was free in time: wait and try again
├── PermissionMissingError   the role lacks a right: a mistake in a migration, never of the caller
└── SetUpError               the database is not fit to work with; the message says what to do
    ├── MigrationError       a server that is too old, a file that was changed after it ran, a file that does not run
    └── ServerStartError     the embedded server does not start
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import errors as driver


class DatabaseError(Exception):
    """The database did not do what was asked. `constraint` and `sqlstate` are the server's, where it gave them."""

    def __init__(self, message: str, *, constraint: str | None = None, sqlstate: str | None = None) -> None:
        super().__init__(message)
        self.constraint = constraint
        self.sqlstate = sqlstate


class ConflictError(DatabaseError):
    """A value that must be unique exists already."""


class OverlapError(DatabaseError):
    """An exclusion constraint refused the row."""


class MissingReferenceError(DatabaseError):
    """A row that is pointed at does not exist, or one is still pointed at."""


class RefusedValueError(DatabaseError):
    """A column or its check does not take this value."""


class ContentionError(DatabaseError):
    """Two transactions were in each other's way; the same transaction may succeed when tried again."""


class UnavailableError(DatabaseError):
    """The server cannot serve now."""


class PermissionMissingError(DatabaseError):
    """The role may not do that."""


class SetUpError(DatabaseError):
    """The database is not fit to work with."""


class MigrationError(SetUpError):
    """The database cannot be brought to this version."""


class ServerStartError(SetUpError):
    """The embedded server does not start."""


_KINDS: Final[tuple[tuple[type[psycopg.Error], type[DatabaseError]], ...]] = (
    (driver.UniqueViolation, ConflictError),
    (driver.ExclusionViolation, OverlapError),
    (driver.ForeignKeyViolation, MissingReferenceError),
    (driver.RestrictViolation, MissingReferenceError),
    (driver.IntegrityError, RefusedValueError),
    (driver.DataError, RefusedValueError),
    (driver.ProgramLimitExceeded, RefusedValueError),
    (driver.DeadlockDetected, ContentionError),
    (driver.LockNotAvailable, ContentionError),
    (driver.SerializationFailure, ContentionError),
    (driver.InsufficientPrivilege, PermissionMissingError),
    (driver.QueryCanceled, DatabaseError),
    (psycopg.OperationalError, UnavailableError),
)


@contextmanager
def translated() -> Iterator[None]:
    """Raises our errors in place of the driver's. Works around `await` too."""
    try:
        yield
    except psycopg.Error as error:
        raise translate(error) from error


def translate(error: psycopg.Error) -> DatabaseError:
    kind = next((ours for theirs, ours in _KINDS if isinstance(error, theirs)), DatabaseError)
    return kind(_words(error), constraint=error.diag.constraint_name, sqlstate=error.sqlstate)


def _words(error: psycopg.Error) -> str:
    """The constraint's name where there is one; never the row's values, which may be personal."""
    if isinstance(error, driver.DataError):
        return type(error).__name__
    return error.diag.constraint_name or error.diag.message_primary or str(error) or type(error).__name__
