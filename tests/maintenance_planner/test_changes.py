"""A recommendation says when it changed and why, and keeps quiet about small moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from maintenance_planner.changes import Change, Told, changes_of
from maintenance_planner.models import Basis, Finding, Recommendation, Texts
from maintenance_planner.work_details import details_for
from tests.maintenance_planner.conftest import T0, finding

OIL = Recommendation(
    recommendation_id=UUID(int=7),
    item="engine_oil",
    urgency=1,
    due_at=T0 + timedelta(days=30),
    latest_safe_at=T0 + timedelta(days=120),
    titles=Texts(en="Oil", zh="机油"),
    reasons={"en": ["Oil: due."], "zh": ["机油：到期。"]},
    operations=[],
    finding_ids=[],
    details=details_for("engine_oil", []),
    basis=Basis(states={"engine_oil": "due_soon"}),
)


def told(changes: list[Change]) -> dict[UUID, Told]:
    return {change.told.recommendation_id: change.told for change in changes}


def step(
    before: dict[UUID, Told], now: list[Recommendation], findings: list[Finding] | None = None, done: str = ""
) -> list[Change]:
    return changes_of(before, now, findings or [], frozenset([done]))


def test_it_is_opened_once_with_its_reason() -> None:
    opened = step({}, [OIL])
    assert [(one.told.kind, one.told.number) for one in opened] == [("opened", 1)]
    assert opened[0].texts == {"en": "Recommended: Oil: due.", "zh": "新建议：机油：到期。"}
    assert step(told(opened), [OIL]) == []


def test_small_moves_add_up_against_what_was_told() -> None:
    known = told(step({}, [OIL]))
    assert OIL.due_at is not None
    for days, is_told in ((2, False), (6, False), (7, True), (-7, True)):
        moved = replace(OIL, due_at=OIL.due_at + timedelta(days=days))
        assert bool(step(known, [moved])) is is_told
    (change,) = step(known, [replace(OIL, due_at=OIL.due_at + timedelta(days=10))])
    assert change.texts["en"] == (
        "Changed: due 2026-06-03 became 2026-06-13, because the car is driven more, or less, than before."
    )


def test_a_finding_that_joins_and_a_state_that_grows_are_the_reason() -> None:
    known = told(step({}, [OIL]))
    weak = finding(1, "battery_ageing")
    basis = Basis(finding_ids=[str(weak.finding_id)], states={"engine_oil": "overdue"}, severe=["slow"])
    (change,) = step(known, [replace(OIL, urgency=3, basis=basis)], [weak])
    assert change.told.number == 2
    for words in ("urgency 1 became 3", "found: battery_ageing 1", "engine oil is overdue", "used harder"):
        assert words in change.texts["en"]
    assert "紧急程度由 1 变为 3" in change.texts["zh"]


def test_it_is_closed_with_its_reason_and_may_open_again() -> None:
    weak = finding(1, "battery_ageing")
    by_finding = replace(OIL, basis=Basis(finding_ids=[str(weak.finding_id)]))
    for before, findings, done, words in (
        (OIL, [], "engine_oil", "Closed: the work was recorded."),
        (OIL, [], "", "Closed: it is no longer due."),
        (by_finding, [weak], "", "Closed: over: battery_ageing 1."),
    ):
        (closed,) = step(told(step({}, [before])), [], findings, done)
        assert (closed.told.kind, closed.texts["en"]) == ("closed", words)
        assert step(told([closed]), [], findings, done) == []
        (again,) = step(told([closed]), [before])
        assert (again.told.kind, again.told.number) == ("opened", 3)
