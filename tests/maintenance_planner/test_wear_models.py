"""Models of wear: as scikit-learn fits them, calibrated, never rising with wear, refused where they do not match."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from maintenance_planner.wear import artefact as kept
from maintenance_planner.wear.artefact import Artefact, ArtefactError, load, save
from maintenance_planner.wear.components import components
from maintenance_planner.wear.model import PartModel
from maintenance_planner.wear.observing import FEATURES, Observation
from maintenance_planner.wear.training import TrainingError, fit, seen_ends
from maintenance_planner.wear.trees import never_rising, trees_of
from tests.maintenance_planner.wear_examples import WORN, examples


@pytest.fixture(scope="module")
def model() -> PartModel:
    return fit("tyres", examples())


def observations(count: int = 1000, seed: int = 2) -> tuple[list[Observation], np.ndarray]:
    told = examples(count, seed)
    rows = zip(told.features, told.left_share, told.life_days, strict=True)
    return [Observation("tyres", tuple(row), left, life, 300) for row, left, life in rows], told.due_days


def test_trees_without_scikit_learn_say_what_it_says() -> None:
    chance = np.random.default_rng(3)
    rows = chance.normal(size=(500, 4))
    rows[chance.random(rows.shape) < 0.2] = np.nan
    fitted = HistGradientBoostingRegressor(loss="quantile", quantile=0.9, max_iter=20, random_state=0)
    with threadpool_limits(1):
        fitted.fit(rows, np.nan_to_num(rows[:, 0]) * 2 + chance.normal(size=500))
    np.testing.assert_allclose(trees_of(fitted).predict(rows), fitted.predict(rows), rtol=1e-9)


def test_no_tree_rises_with_a_feature_that_it_may_not_rise_with() -> None:
    chance = np.random.default_rng(4)
    rows = chance.normal(size=(800, 2))
    fitted = HistGradientBoostingRegressor(loss="quantile", quantile=0.5, max_iter=40, random_state=0)
    with threadpool_limits(1):
        fitted.fit(rows, np.sin(3 * rows[:, 0]) + rows[:, 1])
    line = np.stack([np.linspace(-2, 2, 200), np.full(200, 0.3)], axis=1)
    assert (np.diff(trees_of(fitted).predict(line)) > 0.1).any()
    held = never_rising(trees_of(fitted), {0})
    assert (np.diff(held.predict(line)) <= 1e-12).all()
    assert held.predict(np.array([[0.0, 1.5]]))[0] > held.predict(np.array([[0.0, -1.5]]))[0]


def test_eighty_of_a_hundred_due_dates_lie_between_p10_and_p90(model: PartModel) -> None:
    seen, truth = observations()
    told = model.days(seen, "due")
    assert 0.75 < ((told.p10 <= truth) & (truth <= told.p90)).mean() < 0.85
    assert 0.06 < (truth < told.p10).mean() < 0.14
    assert 0.42 < (truth < told.p50).mean() < 0.58


def test_the_more_it_is_worn_the_earlier_it_is_due(model: PartModel) -> None:
    (one,), _ = observations(1)
    features = [list(one.features) for _ in range(200)]
    shares = np.linspace(0, 1.3, 200)
    for row, share in zip(features, shares, strict=True):
        row[WORN] = float(share)
    worn = [
        Observation("tyres", tuple(row), 1 - float(share), 1000.0, 300)
        for row, share in zip(features, shares, strict=True)
    ]
    for end in ("due", "failure"):
        for quantile in model.days(worn, end):
            assert (np.diff(quantile) <= 1e-9).all()


def test_those_that_were_seen_stand_for_those_that_were_not_watched_long_enough() -> None:
    """Watched between a day and three years, a fleet shows short lives more often than they are."""
    told = examples(6000)
    watched = np.random.default_rng(5).uniform(1, 1100, 6000)
    seen, weights = seen_ends(told, told.day + watched, "due")
    true = float(told.due_days[told.due_days < 800].mean())
    short = seen.due_days < 800
    assert np.average(seen.due_days[short], weights=weights[short]) == pytest.approx(true, rel=0.04)
    assert seen.due_days[short].mean() < 0.85 * true


def test_too_few_examples_are_refused_with_what_is_missing() -> None:
    with pytest.raises(TrainingError, match=r"tyres: the due of \d+ observations .* at least 100 are needed"):
        fit("tyres", examples(60))


def test_the_same_models_make_the_same_file(model: PartModel, tmp_path: Path) -> None:
    made = Artefact("wear-test", {"command": "a test"}, {"tyres": model})
    for name in ("one.npz", "two.npz"):
        save(made, tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    again = load(tmp_path / "one.npz")
    seen, _ = observations(50)
    assert again.version == "wear-test"
    np.testing.assert_array_equal(again.parts["tyres"].days(seen, "due"), model.days(seen, "due"))


def test_models_of_other_features_are_refused(
    model: PartModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "other.npz"
    with monkeypatch.context() as patch:
        patch.setattr(kept, "FEATURES", (*FEATURES[1:], "another"))
        save(Artefact("wear-test", {}, {"tyres": model}), path)
    with pytest.raises(ArtefactError, match=r"other features .* `servicelane planner train` makes it anew"):
        load(path)


@pytest.mark.parametrize("content", [b"", b"not models", b"\x80\x04cposix\nsystem\n"])
def test_what_is_no_file_of_models_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "models.npz"
    path.write_bytes(content)
    with pytest.raises(ArtefactError, match="no models of wear can be read"):
        load(path)


def test_changed_content_is_refused(model: PartModel, tmp_path: Path) -> None:
    path = tmp_path / "models.npz"
    save(Artefact("wear-test", {}, {"tyres": model}), path)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["tyres/due/0.5/value"] = arrays["tyres/due/0.5/value"] + 1
    np.savez_compressed(path, **arrays)
    with pytest.raises(ArtefactError, match="content is not what was written"):
        load(path)


def test_objects_in_the_file_are_never_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "models.npz"
    np.savez(path, manifest=np.array([{"format": 1}], dtype=object))
    with pytest.raises(ArtefactError, match="no models of wear can be read"):
        load(path)


def test_every_part_has_a_model_that_comes_along() -> None:
    shipped = load()
    assert set(shipped.parts) == {one.name for one in components()}
    assert shipped.origin["command"].startswith("servicelane planner train --seed ")
