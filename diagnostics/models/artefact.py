"""A trained model as a file: numbers and words in JSON, nothing that runs. Its name is the hash of its content. Pure.

Reading checks everything before anything is used: the hash, the format, each shape and each number. `mismatches` says
what of it does not fit this version of Servicelane any more, and which command helps.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

import numpy as np

from diagnostics.models.fingerprint import feature_list, fingerprint
from diagnostics.models.following import IN_A_ROW
from diagnostics.models.normal import Normal
from diagnostics.models.regimes import REGIMES
from telemetry_schema.catalogue import VERSION

FORMAT: Final = 1
"""Of the file and of what its numbers mean: the way from a residual to a distance included."""
PURPOSE: Final = "fleet_anomaly"
MOST_BYTES: Final = 16 * 2**20
SHORT: Final = 12
_ARRAYS: Final = (
    "coefficients",
    "scale",
    "centre",
    "covariance",
    "condition_centre",
    "condition_scale",
    "condition_low",
    "condition_high",
)


class ArtefactError(ValueError):
    """The artefact cannot be used; the message says why and which command to run."""


@dataclass(frozen=True)
class Artefact:
    """`about` is everything but the numbers: period, counts, hash of the data, libraries, calibration (training.py)."""

    artefact_id: str
    vehicle_model: str
    drivetrain: str
    about: Mapping[str, Any]
    normals: Mapping[str, Normal]

    @property
    def judges(self) -> frozenset[str]:
        """The regimes in which it says something; the others are for drift."""
        return frozenset(self.about["judges"]) & self.normals.keys()

    @property
    def short_id(self) -> str:
        return self.artefact_id[:SHORT]

    def text(self) -> str:
        """The file; the same artefact always gives the same bytes."""
        return _canonical({"artefact_id": self.artefact_id, **_content(self)}) + "\n"


def build(vehicle_model: str, drivetrain: str, about: Mapping[str, Any], normals: Mapping[str, Normal]) -> Artefact:
    told = {
        **about,
        "format": FORMAT,
        "purpose": PURPOSE,
        "catalogue_version": VERSION,
        "features": {name: feature_list()[name] for name in normals},
        "fingerprint": fingerprint(drivetrain),
        "in_a_row": IN_A_ROW,
    }
    unnamed = Artefact("", vehicle_model, drivetrain, told, normals)
    return Artefact(_hash(_content(unnamed)), vehicle_model, drivetrain, told, normals)


def read(text: str | bytes) -> Artefact:
    """Raises ArtefactError where it is no artefact of ours, was changed, or holds what cannot be."""
    if len(text) > MOST_BYTES:
        raise ArtefactError(f"The file is larger than {MOST_BYTES >> 20} MB: no artefact of ours. {_retrain()}")
    try:
        told = json.loads(text)
        artefact_id = told.pop("artefact_id")
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise ArtefactError(f"The file is no artefact of ours ({error}). {_retrain()}") from error
    if told.get("format") != FORMAT or told.get("about", {}).get("purpose") != PURPOSE:
        raise ArtefactError(
            f"The artefact has format {told.get('format')!r}, this version reads {FORMAT}. {_retrain()}"
        )
    if not _is_named_by(told, artefact_id):
        raise ArtefactError(
            "The artefact was changed after it was trained: its content does not give the hash that it is named by. "
            f"Take the file as it was written, or train again. {_retrain(told.get('vehicle_model'))}"
        )
    return Artefact(artefact_id, told["vehicle_model"], told["drivetrain"], told["about"], _normals(told))


def mismatches(artefact: Artefact) -> list[str]:
    """In words, what does not fit this version; empty where it may judge."""
    about = artefact.about
    found = []
    if about["catalogue_version"] != VERSION:
        found.append(f"signal catalogue: trained with version {about['catalogue_version']}, here is {VERSION}")
    found += _feature_mismatches(about["features"])
    if not found and about["fingerprint"] != fingerprint(artefact.drivetrain):
        found.append("features: named as in training but computed in another way (their fingerprint differs)")
    if about["in_a_row"] != IN_A_ROW:
        found.append(f"hysteresis: calibrated for {about['in_a_row']} windows in a row, here are {IN_A_ROW}")
    return found


def require(artefact: Artefact) -> None:
    """Raises ArtefactError where the artefact does not fit this version."""
    if found := mismatches(artefact):
        raise ArtefactError(
            f"Artefact {artefact.short_id} of {artefact.vehicle_model} does not fit this version: "
            f"{'; '.join(found)}. {_retrain(artefact.vehicle_model)}"
        )


def _feature_mismatches(trained: Mapping[str, Any]) -> Iterator[str]:
    here = feature_list()
    for regime, features in trained.items():
        if regime not in here:
            yield f"regime {regime}: not known here"
            continue
        before = {one["name"]: one for one in features}
        now = {one["name"]: one for one in here[regime]}
        yield from (f"feature {regime}.{name}: not known here" for name in before.keys() - now.keys())
        yield from (f"feature {regime}.{name}: new here, not trained" for name in now.keys() - before.keys())
        for name in sorted(before.keys() & now.keys()):
            if before[name]["unit"] != now[name]["unit"]:
                yield f"feature {regime}.{name}: unit {before[name]['unit']!r} in training, {now[name]['unit']!r} here"
            elif before[name] != now[name]:
                yield f"feature {regime}.{name}: made of other signals than in training"
        if [one["name"] for one in features] != [one["name"] for one in here[regime]] and before.keys() == now.keys():
            yield f"regime {regime}: features in another order"


def _content(artefact: Artefact) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "vehicle_model": artefact.vehicle_model,
        "drivetrain": artefact.drivetrain,
        "about": artefact.about,
        "normals": {name: _plain(normal) for name, normal in artefact.normals.items()},
    }


def _plain(normal: Normal) -> dict[str, Any]:
    arrays = {name: getattr(normal, name).tolist() for name in _ARRAYS}
    return {"places": list(normal.places), "threshold": normal.threshold, **arrays}


def _normals(told: Mapping[str, Any]) -> dict[str, Normal]:
    try:
        return {name: _normal(name, plain) for name, plain in told["normals"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArtefactError(f"The artefact's numbers are not what they should be: {error}. {_retrain()}") from error


def _normal(name: str, plain: Mapping[str, Any]) -> Normal:
    regime = REGIMES.get(name)
    arrays = {key: np.array(plain[key], dtype=np.float64) for key in _ARRAYS}
    normal = Normal(places=tuple(plain["places"]), threshold=float(plain["threshold"]), **arrays)
    p, c = len(normal.places), len(normal.condition_centre)
    shapes = [(1 + 2 * c, p), (p,), (p,), (p, p), *[(c,)] * 4]
    if [arrays[key].shape for key in _ARRAYS] != shapes:
        raise ValueError(f"the arrays of {name} do not fit each other")
    if not isfinite(normal.threshold) or not all(np.isfinite(one).all() for one in arrays.values()):
        raise ValueError(f"{name} holds a number that is none")
    if regime is not None and not all(isinstance(n, int) and 0 <= n < len(regime.quantities) for n in normal.places):
        raise ValueError(f"{name} speaks of quantities that there are not")
    if (arrays["scale"] <= 0).any() or (arrays["condition_scale"] <= 0).any() or not _is_covariance(normal.covariance):
        raise ValueError(f"a spread of {name} is not above nought")
    return normal


def _is_covariance(matrix: Any) -> bool:
    return bool(np.allclose(matrix, matrix.T) and np.linalg.eigvalsh(matrix).min() > 0)


def _is_named_by(content: Mapping[str, Any], artefact_id: str) -> bool:
    try:
        return _hash(content) == artefact_id
    except (ValueError, RecursionError):  # a number that is none, or text that is no text
        return False


def _hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _retrain(vehicle_model: str | None = None) -> str:
    return f"`servicelane models train --vehicle-model {vehicle_model or 'MODEL'}` makes a new one."
