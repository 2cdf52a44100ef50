"""Fitted models in one file: arrays and a manifest, no code. What does not match is refused."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from maintenance_planner.wear.model import END, QUANTILES, EndModel, PartModel
from maintenance_planner.wear.observing import FEATURES
from maintenance_planner.wear.trees import Trees

DEFAULT: Final = Path(__file__).parent / "default.npz"
FORMAT: Final = 2


class ArtefactError(ValueError):
    """The file is none of ours, or was made for other features; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """`version` names it in every prediction. `origin`: command, seed, cars, hash of the examples, library versions."""

    version: str
    origin: Mapping[str, Any]
    parts: Mapping[str, PartModel]


def save(artefact: Artefact, path: Path) -> None:
    """The same models make the same bytes."""
    arrays: dict[str, NDArray[Any]] = {}
    ends = {}
    for name, part in sorted(artefact.parts.items()):
        for end, model in part.ends.items():
            ends[f"{name}/{end}"] = [model.below, model.middle, model.above]
            for quantile, trees in zip(QUANTILES, model.trees, strict=True):
                arrays |= {f"{name}/{end}/{quantile}/{key}": one for key, one in trees.arrays().items()}
    manifest = {
        "format": FORMAT,
        "version": artefact.version,
        "features": list(FEATURES),
        "quantiles": list(QUANTILES),
        "ends": ends,
        "origin": dict(artefact.origin),
        "content": _digest(arrays),
    }
    text = np.frombuffer(json.dumps(manifest, sort_keys=True).encode(), dtype=np.uint8)
    written = io.BytesIO()
    np.savez_compressed(written, manifest=text, **arrays)  # type: ignore[arg-type]
    path.write_bytes(written.getvalue())


@cache
def load(path: Path = DEFAULT) -> Artefact:
    """Raises ArtefactError."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        manifest = json.loads(arrays.pop("manifest").tobytes())
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise ArtefactError(
            f"{path}: no models of wear can be read ({error}); `servicelane planner train` makes them"
        ) from error
    _check(manifest, arrays, path)
    names = sorted({key.split("/")[0] for key in manifest["ends"]})
    parts = {
        name: PartModel(name, {end: _end(arrays, f"{name}/{end}", manifest["ends"][f"{name}/{end}"]) for end in END})
        for name in names
    }
    return Artefact(manifest["version"], manifest["origin"], parts)


def _check(manifest: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], path: Path) -> None:
    again = "`servicelane planner train` makes it anew"
    if manifest.get("format") != FORMAT:
        raise ArtefactError(f"{path}: format {manifest.get('format')} is not {FORMAT}; {again}")
    if manifest.get("features") != list(FEATURES) or manifest.get("quantiles") != list(QUANTILES):
        raise ArtefactError(f"{path}: it was fitted to other features than this version observes; {again}")
    if manifest.get("content") != _digest(arrays):
        raise ArtefactError(f"{path}: its content is not what was written; {again}")


def _end(arrays: Mapping[str, NDArray[Any]], key: str, widths: list[list[float]]) -> EndModel:
    below, middle, above = ((one[0], one[1]) for one in widths)
    first, second, third = (
        Trees.of_arrays({name: arrays[f"{key}/{quantile}/{name}"] for name in Trees.__dataclass_fields__})
        for quantile in QUANTILES
    )
    return EndModel((first, second, third), below, middle, above)


def _digest(arrays: Mapping[str, NDArray[Any]]) -> str:
    told = hashlib.sha256()
    for name, one in sorted(arrays.items()):
        told.update(f"{name}/{one.dtype.str}/{one.shape}".encode())
        told.update(np.ascontiguousarray(one).tobytes())
    return told.hexdigest()
