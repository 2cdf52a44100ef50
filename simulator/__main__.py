"""`python -m simulator run`: cars that do not exist; `python -m simulator replay`: recorded drives of cars that do."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from simulator import replay_command, run_command


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, module in (("run", run_command), ("replay", replay_command)):
        command = commands.add_parser(name, help=(module.__doc__ or "").splitlines()[0])
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    arguments = parser.parse_args()
    run: Callable[[argparse.Namespace], int] = arguments.run
    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
