"""An artefact is read as numbers, whole and fitting, or refused with the reason and the command that helps."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from diagnostics.models import artefact as artefacts
from diagnostics.models.artefact import MOST_BYTES, ArtefactError, mismatches, read, require
from tests.diagnostics.models.fleet import artefact

Change = Callable[[dict[str, Any]], object]


def signed(change: Change) -> str:
    """Changed by somebody who knows how its hash is made: what is then wrong must be seen by itself."""
    told = json.loads(artefact().text())
    del told["artefact_id"]
    change(told)
    plain = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return json.dumps({"artefact_id": hashlib.sha256(plain.encode()).hexdigest(), **told})


def test_the_helper_of_these_tests_makes_what_training_makes() -> None:
    assert read(signed(lambda told: None)).text() == artefact().text()


@pytest.mark.parametrize("place", range(1, 10))
def test_a_tampered_artefact_is_refused(place: int) -> None:
    text = artefact().text()
    digits = [n for n, letter in enumerate(text) if letter.isdigit()]
    at = digits[len(digits) * place // 10]
    changed = text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
    with pytest.raises(ArtefactError, match=r"changed after it was trained|no artefact of ours|format"):
        read(changed)


@pytest.mark.parametrize(
    "strange",
    [b"", b"[]", b"{}", b"null", b'{"artefact_id": 3}', b"\xff\xfe", pickle.dumps({"artefact_id": 1}), b"[" * 9999],
)
def test_what_is_no_artefact_is_refused_and_never_run(strange: bytes) -> None:
    with pytest.raises(ArtefactError, match="servicelane models train"):
        read(strange)


def test_a_file_without_end_is_not_read() -> None:
    with pytest.raises(ArtefactError, match="larger than 16 MB"):
        read(" " * (MOST_BYTES + 1))


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["normals"]["city"]["scale"].pop(),
        lambda told: told["normals"]["city"].update(threshold=1e999),
        lambda told: told["normals"]["city"]["scale"].__setitem__(0, -1.0),
        lambda told: told["normals"]["city"]["covariance"][0].__setitem__(0, -5.0),
        lambda told: told["normals"]["city"]["places"].__setitem__(0, 99),
        lambda told: told["normals"]["city"].update(centre="many"),
        lambda told: told.update(normals=[]),
    ],
)
def test_numbers_that_cannot_be_are_refused(change: Change) -> None:
    with pytest.raises(ArtefactError, match=r"not what they should be|changed after it was trained"):
        read(signed(change))


def city(told: dict[str, Any]) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = told["about"]["features"]["city"]
    return features


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda told: told["about"].update(catalogue_version=99),
            "signal catalogue: trained with version 99, here is 1",
        ),
        (
            lambda told: city(told)[0].update(unit="mV"),
            "feature city.fleet_charging_v: unit 'mV' in training, 'V' here",
        ),
        (lambda told: city(told)[0].update(name="fleet_gone"), "feature city.fleet_gone: not known here"),
        (lambda told: city(told).pop(3), "feature city.fleet_trim_cruise_percent: new here, not trained"),
        (lambda told: city(told)[0].update(signals=["odometer_km"]), "made of other signals than in training"),
        (lambda told: city(told).reverse(), "regime city: features in another order"),
        (lambda told: told["about"]["features"].update(flying=[]), "regime flying: not known here"),
        (lambda told: told["about"].update(fingerprint="0" * 64), "computed in another way"),
        (lambda told: told["about"].update(in_a_row=7), "calibrated for 7 windows in a row, here are 3"),
    ],
)
def test_what_does_not_fit_this_version_is_named_with_the_command_that_helps(change: Change, said: str) -> None:
    made = read(signed(change))
    with pytest.raises(ArtefactError) as refused:
        require(made)
    assert said in str(refused.value)
    assert "`servicelane models train --vehicle-model petrol-handmade`" in str(refused.value)


def test_another_format_is_refused_before_its_numbers_are_read() -> None:
    with pytest.raises(ArtefactError, match="has format 2, this version reads 1"):
        read(signed(lambda told: (told.update(format=2), told.pop("normals"))))


def test_the_libraries_of_training_do_not_matter_to_plain_numbers() -> None:
    made = read(signed(lambda told: told["about"]["libraries"].update(numpy="1.0", python="3.0")))
    assert mismatches(made) == []


def test_a_feature_that_is_computed_in_another_way_changes_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    from diagnostics.models import fingerprint as fingerprints

    known = fingerprints.fingerprint("petrol")
    monkeypatch.setattr("diagnostics.features.charging._CHARGING_V_PER_C", 0.02)
    fingerprints.fingerprint.cache_clear()
    assert fingerprints.fingerprint("petrol") != known
    assert mismatches(artefact()) == [
        "features: named as in training but computed in another way (their fingerprint differs)"
    ]
    monkeypatch.undo()
    fingerprints.fingerprint.cache_clear()
    assert (fingerprints.fingerprint("petrol"), mismatches(artefact())) == (known, [])


def test_every_artefact_says_what_it_is_for() -> None:
    assert artefact().about["purpose"] == artefacts.PURPOSE == "fleet_anomaly"
