"""From what is known of a visit to what the API says, in the caller's language. Pure."""

from __future__ import annotations

from typing import Final

from booking_api import visit_schemas as schemas
from booking_api.events.feed import Event
from booking_api.languages import Language, Text, in_language
from booking_api.schemas import BookingAnswer
from booking_api.visits.story import Story
from diagnostics.code_catalogue import OTHER, catalogue

_OTHER: Final[Text] = {"en": "something else", "zh": "其他原因"}


def story_answer(story: Story, booking: BookingAnswer, language: Language) -> schemas.VisitStoryAnswer:
    """`booking` as this caller may see it."""
    return schemas.VisitStoryAnswer(
        booking=booking,
        next_steps=list(story.next_steps),
        estimate=[schemas.EstimateLineAnswer(**row) for row in story.estimate],
        closed_on=story.closing["closed_on"],
        done_items=story.closing["done_items"],
        causes=[_cause(row["fault_id"], row["cause"], language) for row in story.closing["causes"]],
        verifications=[
            schemas.CheckAnswer(item=row["item"], state=row["state"], text=in_language(row["texts"], language))
            for row in story.verifications
        ],
        events=[
            schemas.HappenedAnswer(kind=row["kind"], occurred_at=row["occurred_at"], version=row["data"]["version"])
            for row in story.events
        ],
    )


def event_answer(event: Event) -> schemas.EventAnswer | schemas.FindingEventAnswer:
    of_finding = event.row["finding_id"] is not None
    shape = schemas.FindingEventAnswer if of_finding else schemas.EventAnswer
    names = ("finding_id",) if of_finding else ("booking_id", "workshop_id")
    kept = {name: event.row[name] for name in ("kind", "occurred_at", "vin", *names)}
    return shape(event_id=str(event.cursor), **kept, **event.row["data"])


def cause_text(cause: str, language: Language) -> str:
    """A cause that a later catalogue no longer has is told by its id."""
    known = catalogue().causes.get(cause)
    return known.text.languages()[language] if known else _OTHER[language] if cause == OTHER else cause


def _cause(fault_id: str, cause: str, language: Language) -> schemas.FoundCauseAnswer:
    text = cause_text(cause, language)
    return schemas.FoundCauseAnswer.model_validate({"fault_id": fault_id, "cause": cause, "text": text})
