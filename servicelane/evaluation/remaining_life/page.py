"""The evaluation on C-MAPSS as a page of documentation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from servicelane.evaluation.remaining_life.features import CAP, FEATURES
from servicelane.evaluation.remaining_life.models import BOOSTINGS, NETWORKS
from servicelane.evaluation.remaining_life.run import FIRST_JUDGED_CYCLE, FOLDS, RemainingLife
from servicelane.evaluation.remaining_life.turbofans import SENSORS

PAGE: Final = Path("docs/remaining-life.md")


def write_page(result: RemainingLife, command: str, folder: Path) -> None:
    (folder / PAGE).write_text(page(result, command), encoding="utf-8")


def page(result: RemainingLife, command: str) -> str:
    return "\n\n".join([_head(result, command), _test(result), _choice(result), _bounds(result)]) + "\n"


def _head(result: RemainingLife, command: str) -> str:
    return (
        f"# Remaining life on C-MAPSS FD001\n\n"
        f"Written by `{command}`, seed {result.seed}. No car is in this: the turbofan engines of NASA's C-MAPSS "
        "(sub-set FD001, one\noperating condition, one kind of fault) are what everybody judges predictions of "
        "remaining life on, so that the way of\npredicting can be compared.\n\n"
        f"Features ({FEATURES}, `servicelane/evaluation/remaining_life/features.py`): of {len(SENSORS)} sensors and of "
        "one "
        "sum of them\nthat wears straightest, the level over 5, 10, 20 and 40 cycles, smoothed, since new and as new, "
        "slopes, spread; and the\ncycle. Nothing looks ahead. Models are scikit-learn's "
        f"({BOOSTINGS} boosted-tree models, {NETWORKS} small networks, each with a seed of\nits own); cycles left are "
        f"capped at {CAP}."
    )


def _test(result: RemainingLife) -> str:
    low, high = result.interval
    rows = [
        (f"capped at {CAP}", f"{result.capped.rmse:.2f}", f"{result.capped.score:,.0f}"),
        ("raw", f"{result.raw.rmse:.2f}", f"{result.raw.score:,.0f}"),
    ]
    return (
        "## 100 test engines\n\nThe last cycle of each engine is predicted once, by the model that cross-validation "
        "had "
        "chosen. *score*: the PHM 2008\nchallenge's, which punishes late more than early.\n\n"
        f"{_table(('truth', 'RMSE, cycles', 'score'), rows)}\n\n"
        f"Other 100 engines would give an RMSE of {low:.1f} to {high:.1f} against capped truth (95 %, bootstrap). "
        f"Choosing took {result.choosing_cpu_seconds:.0f} s of CPU,\ntraining {result.training_cpu_seconds:.0f} s."
    )


def _choice(result: RemainingLife) -> str:
    rows = [
        (f"**{name}**" if name == result.chosen else name, f"{rmse:.2f}")
        for name, rmse in result.cross_validated.items()
    ]
    return (
        f"## How the model was chosen\n\nBy {FOLDS} folds of the 100 training engines, whole engines in each, judged "
        f"as if cut off after every cycle from the {FIRST_JUDGED_CYCLE}st on,\nagainst capped truth. The test file's "
        "truth is read after that, once.\n\n"
        f"{_table(('candidate', 'RMSE, cycles'), rows)}"
    )


def _bounds(result: RemainingLife) -> str:
    rows = [
        (
            f"{one.from_cycles} to {one.to_cycles - 1}" if one.to_cycles < 1_000 else f"{one.from_cycles} and more",
            one.engines,
            f"{one.rmse:.1f}",
            f"{one.bias:+.1f}",
        )
        for one in result.bands
    ]
    return (
        "## What bounds it\n\n"
        f"{_table(('true cycles left', 'engines', 'RMSE against capped truth', 'mean error'), rows)}\n\n"
        "* Near failure little is left to win; most of the error is where wear begins to show and cannot be told from "
        "an\n"
        "  engine's own level yet.\n"
        f"* Against raw truth nothing that never predicts above {CAP} gets below {result.raw_floor:.2f}, for no sensor "
        "shows what is farther away.\n"
        "* 100 engines are few: see the interval above. Differences of less than a cycle between methods are chance."
    )


def _table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
