"""The model card: what an artefact is for, what it is not for, its figures, its known weaknesses. Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from diagnostics.models.artefact import Artefact
from diagnostics.models.regimes import quantities


def card(artefact: Artefact) -> str:
    return "\n".join([*_head(artefact), *_regimes(artefact), *_limits(artefact)]) + "\n"


def _head(artefact: Artefact) -> Iterator[str]:
    about, period = artefact.about, artefact.about["period"]
    yield f"# {artefact.vehicle_model}: unlike its fleet"
    yield ""
    yield f"Artefact `{artefact.artefact_id}`, drivetrain {artefact.drivetrain}."
    yield ""
    yield "**For**: an advisory that a car reads unlike others of its model, with regime and signals that say so."
    yield ""
    yield (
        "**Not for**: a decision to repair, to stop or to order parts; cars of another model; comparing drivers; "
        "warranty or insurance. It knows no causes: rules and trouble codes do."
    )
    yield ""
    yield "## Trained on"
    yield ""
    yield f"* {about['cars']} cars, {about['trips']} trips, {about['items']} readings in all; nobody labelled them."
    yield f"* Fitted on {period['since_s']} to {period['calibrated_s']}, calibrated from there to {period['until_s']}."
    yield f"* Hash of the data `{about['data_sha256']}`, seed {about['seed']}."
    yield f"* Signal catalogue {about['catalogue_version']}, fingerprint of the features `{about['fingerprint'][:16]}`."
    yield "* " + ", ".join(f"{name} {version}" for name, version in about["libraries"].items()) + "."
    yield ""


def _regimes(artefact: Artefact) -> Iterator[str]:
    about = artefact.about
    yield "## What it judges"
    yield ""
    yield (
        f"Stated: {about['alarms_per_car_year']:g} false advisories per car and year in all regimes together, "
        "extrapolated from the calibration time. `above` are blocks of thirty days of one car that reach the "
        "threshold: faulty cars, or false ones."
    )
    yield ""
    yield "| regime | cars | readings | window | threshold | blocks | above | judged by |"
    yield "|---|---|---|---|---|---|---|---|"
    yield from (_row(name, told) for name, told in about["regimes"].items())
    yield ""
    yield f"Says something in: {', '.join(sorted(artefact.judges)) or 'none'}. The others are kept to measure drift."
    yield ""
    yield from (f"* Left out: {name} ({why})." for name, why in about["left_out"].items())
    yield from _not_told(about["regimes"])
    yield ""


def _row(name: str, told: Mapping[str, Any]) -> str:
    limit, known = told["threshold"], quantities()
    judged = ", ".join(f"{one} ({known[one].unit})" if one in known else one for one in told["judged"])
    numbers = f"{told['cars']} | {told['observations']} | {told['window']} | {limit['distance']:.2f}"
    return f"| {name} | {numbers} | {limit['blocks']} | {limit['blocks_above']} | {judged} |"


def _not_told(regimes: Mapping[str, Any]) -> Iterator[str]:
    for name, told in regimes.items():
        if told["not_told"]:
            yield f"* In {name} fewer than half of the readings tell {', '.join(told['not_told'])}: not judged."


def _limits(artefact: Artefact) -> Iterator[str]:
    yield "## Known weaknesses"
    yield ""
    yield "* A fault that most of the fleet had in training is normal to it; many faulty cars widen the band."
    yield "* Says nothing under conditions (weather, speed, duration) that training never saw: a new season is unknown."
    yield "* Tuned, towed or converted cars are unlike their fleet without being faulty."
    yield "* Needs some readings of one regime in a row: a car that is rarely used is judged late."
    yield "* The threshold extrapolates to rates far below what the calibration time holds: count which come true."
    yield ""
    yield f"`servicelane models drift {artefact.short_id}` says whether the fleet has changed since."
