"""Becomes the server: `python -I -S launch.py UID GID PROGRAM ARGUMENT...` gives up root and replaces itself.

Run as a file of its own, not in a fork of the parent: Python code between fork and exec can hang in a parent with
threads. The kernel sends the server SIGINT, its fast shutdown, when the parent ends, however it ends (Linux).
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def _give_up_root(user_id: int, group_id: int) -> None:
    if os.geteuid() == 0 and user_id != 0:
        os.setgroups([])
        os.setgid(group_id)
        os.setuid(user_id)


def _stop_with_parent() -> None:
    """After the change of user, which would clear it."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGINT))
        if os.getppid() != parent:
            sys.exit(1)


if __name__ == "__main__":
    _give_up_root(int(sys.argv[1]), int(sys.argv[2]))
    _stop_with_parent()
    os.umask(0o077)
    os.chdir("/")
    os.execv(sys.argv[3], sys.argv[3:])  # noqa: S606
