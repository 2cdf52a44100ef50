"""Remaining life on engines of the test's own: nothing looks ahead, the truth is read last, figures are figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from typer.testing import CliRunner

from servicelane.__main__ import app
from servicelane.evaluation.remaining_life import models, run
from servicelane.evaluation.remaining_life.features import CAP, FEATURES, features, learn_scale
from servicelane.evaluation.remaining_life.models import learn
from servicelane.evaluation.remaining_life.run import evaluate_remaining_life, judge
from servicelane.evaluation.remaining_life.turbofans import SENSORS, Engine, Floats, TurbofanFileError, read_engines

C_MAPSS: Final = Path(__file__).parents[3] / "shared" / "data" / "cmapss"


def wearing(number: int, cycles: int, left: int = 0, seed: int = 5) -> Engine:
    """Sensors that drift the faster the nearer the failure is, and noise."""
    generator = np.random.default_rng([seed, number])
    remaining = np.arange(cycles + left - 1, left - 1, -1)[:, None]
    drift = np.exp(-remaining / 40) * np.linspace(1, 3, len(SENSORS))
    return Engine(number, 500 + generator.normal(0, 1, len(SENSORS)) + drift + generator.normal(0, 0.2, (cycles, 14)))


@pytest.fixture(scope="module")
def engines() -> list[Engine]:
    lives = np.random.default_rng(3).integers(130, 260, 20)
    return [wearing(number, int(life)) for number, life in enumerate(lives, 1)]


def write(folder: Path, engines: list[Engine], others: list[Engine], truth: list[int]) -> Path:
    for name, some in (("train", engines), ("test", others)):
        lines = []
        for engine in some:
            for cycle, sensors in enumerate(engine.sensors, 1):
                row = np.zeros(26)
                row[0], row[1], row[[4 + sensor for sensor in SENSORS]] = engine.number, cycle, sensors
                lines.append(" ".join(f"{value:g}" for value in row))
        (folder / f"{name}_FD001.txt").write_text("\n".join(lines) + "\n")
    (folder / "RUL_FD001.txt").write_text("\n".join(map(str, truth)) + "\n")
    return folder


@pytest.fixture
def folder(tmp_path: Path, engines: list[Engine]) -> Path:
    truth = [10, 30, 60, 100, 140]
    return write(tmp_path, engines, [wearing(100 + left, 150, left) for left in truth], truth)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two candidates, of which one is better; the real ones take a minute."""
    kinds = ("linear", "networks")
    monkeypatch.setattr(run, "KINDS", kinds)
    monkeypatch.setattr(run, "CANDIDATES", {kind: (kind,) for kind in kinds})
    monkeypatch.setattr(models, "NETWORKS", 1)
    monkeypatch.setattr(run, "FOLDS", 2)


def test_features_look_at_nothing_that_comes_later(engines: list[Engine]) -> None:
    scale = learn_scale(engines)
    whole = features(engines[0], scale)
    assert whole.shape == (engines[0].cycles, FEATURES)
    for cycles in (1, 2, 31, 100):
        cut = features(Engine(1, engines[0].sensors[:cycles]), scale)
        assert np.allclose(cut, whole[:cycles], atol=1e-9)


def test_what_is_learnt_predicts_engines_it_has_not_seen(engines: list[Engine]) -> None:
    say = learn(["linear"], engines[:15], seed=1)
    near, far = (say(wearing(200, 150, left))["linear"][-1] for left in (5, 120))
    assert 0 <= near < 50
    assert far > near + 50


def test_an_engine_is_never_judged_by_what_was_learnt_of_itself(
    engines: list[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt: list[set[int]] = []
    judged: list[int] = []

    def note(_kinds: object, some: list[Engine], _seed: int) -> Callable[[Engine], dict[str, Floats]]:
        learnt.append({engine.number for engine in some})

        def say(engine: Engine) -> dict[str, Floats]:
            assert engine.number not in learnt[-1]
            judged.append(engine.number)
            return {"linear": np.zeros(engine.cycles)}

        return say

    monkeypatch.setattr(run, "CANDIDATES", {"linear": ("linear",)})
    monkeypatch.setattr(run, "learn", note)
    run._cross_validate(engines, 1, lambda _done, _all: None)
    assert sorted(judged) == [engine.number for engine in engines]


@pytest.mark.usefixtures("small")
def test_the_truth_of_the_test_is_read_after_all_is_learnt(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []

    def noting(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: Any) -> Any:
            happened.append(name)
            return call(*given)

        return noted

    monkeypatch.setattr(run, "learn", noting("learn", run.learn))
    monkeypatch.setattr(run, "read_truth", noting("truth", run.read_truth))
    result = evaluate_remaining_life(folder, seed=1)
    assert happened == ["learn"] * (run.FOLDS + 1) + ["truth"]
    assert result.chosen == min(result.cross_validated, key=lambda name: result.cross_validated[name])


@pytest.mark.usefixtures("small")
def test_the_command_says_both_truths_and_the_same_again(folder: Path, tmp_path: Path) -> None:
    words = ["evaluate", "rul", "--data", str(folder), "--seed", "1", "--json", str(tmp_path / "said.json")]
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.output
    said = json.loads((tmp_path / "said.json").read_text())
    assert f"| capped at 125 | {said['capped']['rmse']:.2f} |" in ran.output
    assert f"| raw | {said['raw']['rmse']:.2f} |" in ran.output
    assert said["raw_floor"] == pytest.approx(15 / np.sqrt(5))
    assert said["capped"]["rmse"] < 20
    again = evaluate_remaining_life(folder, seed=1)
    assert again.capped.rmse == said["capped"]["rmse"]


def test_late_costs_more_than_early() -> None:
    early, late = (judge(np.array([50.0 + error]), np.array([50.0])) for error in (-13, 10))
    assert early.score == pytest.approx(np.e - 1)
    assert late.score == pytest.approx(np.e - 1)
    assert (early.rmse, late.rmse) == (13, 10)


def test_never_above_the_cap_and_never_below_nothing(engines: list[Engine]) -> None:
    predicted = learn(["linear"], engines, seed=1)(engines[0])["linear"]
    assert predicted.min() >= 0
    assert predicted.max() == CAP


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 1 2\n", "3 columns, expected 26"),
        ("a b\n", "train_FD001.txt"),
        (" ".join(["1", "2", *["0"] * 24]), "are not 1, 2, 3"),
    ],
)
def test_files_that_are_none_are_named(folder: Path, text: str, said: str) -> None:
    (folder / "train_FD001.txt").write_text(text)
    with pytest.raises(TurbofanFileError, match=said):
        read_engines(folder / "train_FD001.txt")
    ran = CliRunner().invoke(app, ["evaluate", "rul", "--data", str(folder)])
    assert ran.exit_code == 2


def test_a_truth_of_other_engines_is_refused(folder: Path) -> None:
    (folder / "RUL_FD001.txt").write_text("1\n2\n")
    with pytest.raises(TurbofanFileError, match="2 lines for 5 engines"):
        run.read_truth(folder / "RUL_FD001.txt", 5)


@pytest.mark.long
@pytest.mark.skipif(not C_MAPSS.exists(), reason="C-MAPSS FD001 is not there")
def test_on_the_engines_that_everybody_uses_the_error_is_as_documented() -> None:
    result = evaluate_remaining_life(C_MAPSS)
    assert result.capped.rmse <= 12.5
    assert result.choosing_cpu_seconds + result.training_cpu_seconds < 600
