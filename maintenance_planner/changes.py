"""What changed of a recommendation since it was last told, and why. Pure.

Small moves are not told: a date has to move by a week, a latest safe date by a day. What was told is kept, so that the
next change is measured against it and not against yesterday's number. The log follows what was told and when; it is
therefore the one table that is not the same after another order of arrival. The same again adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from maintenance_planner.models import Basis, Finding, Recommendation, Texts

DUE_MOVES: Final = timedelta(days=7)
SAFE_MOVES: Final = timedelta(days=1)

ChangeKind = Literal["opened", "changed", "closed"]


@dataclass(frozen=True, slots=True)
class Told:
    """The newest entry of a recommendation's log."""

    recommendation_id: UUID
    number: int
    item: str
    kind: ChangeKind
    urgency: int
    due_at: datetime | None
    latest_safe_at: datetime | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Change:
    """The next entry. `texts` say what changed and why."""

    told: Told
    texts: Texts


def changes_of(
    told: Mapping[UUID, Told], now: Iterable[Recommendation], findings: Iterable[Finding], done: frozenset[str]
) -> list[Change]:
    """`done`: items of which a record of work is known. In the order of recommendations, the closed ones last."""
    known = {str(finding.finding_id): finding for finding in findings}
    current = list(now)
    entries = [change for one in current if (change := _change(told.get(one.recommendation_id), one, known))]
    open_ids = {one.recommendation_id for one in current}
    gone = [one for key, one in sorted(told.items(), key=str) if key not in open_ids and one.kind != "closed"]
    return entries + [_closed(one, done, known) for one in gone]


def _change(before: Told | None, now: Recommendation, findings: Mapping[str, Finding]) -> Change | None:
    if before is None or before.kind == "closed":
        reasons = {language: " ".join(texts) for language, texts in now.reasons.items()}
        texts = Texts(en=f"Recommended: {reasons['en']}", zh=f"新建议：{reasons['zh']}")
        return Change(_told(now, before.number + 1 if before else 1, "opened"), texts)
    what = _what(before, now)
    why = _why(before.basis, now.basis, findings)
    if not what and not why:
        return None
    if what and not why:
        why = [Texts(en="the car is driven more, or less, than before", zh="车辆使用强度发生变化")]
    return Change(_told(now, before.number + 1, "changed"), _sentence(what, why))


def _told(now: Recommendation, number: int, kind: ChangeKind) -> Told:
    return Told(now.recommendation_id, number, now.item, kind, now.urgency, now.due_at, now.latest_safe_at, now.basis)


def _what(before: Told, now: Recommendation) -> list[Texts]:
    found = []
    if before.urgency != now.urgency:
        found.append(
            Texts(
                en=f"urgency {before.urgency} became {now.urgency}",
                zh=f"紧急程度由 {before.urgency} 变为 {now.urgency}",
            )
        )
    if _moved(before.due_at, now.due_at, DUE_MOVES):
        found.append(_dates("due", "到期日", before.due_at, now.due_at))
    if _moved(before.latest_safe_at, now.latest_safe_at, SAFE_MOVES):
        found.append(_dates("latest safe date", "最晚安全日期", before.latest_safe_at, now.latest_safe_at))
    return found


def _moved(before: datetime | None, now: datetime | None, least: timedelta) -> bool:
    if before is None or now is None:
        return before is not now
    return abs(now - before) >= least


def _dates(en: str, zh: str, before: datetime | None, now: datetime | None) -> Texts:
    first, second = before.date() if before else None, now.date() if now else None
    return Texts(
        en=f"{en} {first or 'none'} became {second or 'none'}", zh=f"{zh}由{first or '无'}变为{second or '无'}"
    )


def _why(before: Basis, now: Basis, findings: Mapping[str, Finding]) -> list[Texts]:
    found = [_of_finding(key, findings, "found", "发现") for key in now.finding_ids if key not in before.finding_ids]
    found += [_of_finding(key, findings, "over", "已消失") for key in before.finding_ids if key not in now.finding_ids]
    for item in sorted(now.states.keys() | before.states.keys()):
        earlier, later = before.states.get(item), now.states.get(item)
        if earlier != later:
            found.append(_of_state(item, later))
    if set(before.severe) != set(now.severe):
        found.append(Texts(en="the car is used harder, or less hard, than before", zh="车辆使用条件发生变化"))
    if before.predicted != now.predicted:
        found.append(Texts(en="the measured wear was judged anew", zh="实测磨损已重新评估"))
    return found


def _of_finding(key: str, findings: Mapping[str, Finding], en: str, zh: str) -> Texts:
    finding = findings.get(key)
    words = finding.texts if finding else Texts(en="a finding", zh="一项发现")
    return Texts(en=f"{en}: {words['en'].rstrip('.')}", zh=f"{zh}：{words['zh'].rstrip('。')}")


def _of_state(item: str, state: str | None) -> Texts:
    words: dict[str | None, tuple[str, str]] = {
        "due_soon": ("comes due soon", "即将到期"),
        "due": ("is due", "已到期"),
        "overdue": ("is overdue", "已逾期"),
        None: ("is no longer due", "不再到期"),
    }
    en, zh = words.get(state, ("is planned", "已列入计划"))
    return Texts(en=f"{item.replace('_', ' ')} {en}", zh=f"{item}{zh}")


def _closed(before: Told, done: frozenset[str], findings: Mapping[str, Finding]) -> Change:
    if before.item in done:
        why = Texts(en="Closed: the work was recorded.", zh="已关闭：工作已记录。")
    elif before.basis.finding_ids:
        gone = _of_finding(before.basis.finding_ids[0], findings, "over", "已消失")
        why = Texts(en=f"Closed: {gone['en']}.", zh=f"已关闭：{gone['zh']}。")
    else:
        why = Texts(en="Closed: it is no longer due.", zh="已关闭：不再到期。")
    told = Told(
        before.recommendation_id,
        before.number + 1,
        before.item,
        "closed",
        before.urgency,
        before.due_at,
        before.latest_safe_at,
        before.basis,
    )
    return Change(told, why)


def _sentence(what: list[Texts], why: list[Texts]) -> Texts:
    en = f"Changed: {'; '.join(one['en'] for one in what)}" if what else "Changed"
    zh = f"已变更：{'；'.join(one['zh'] for one in what)}" if what else "已变更"
    return Texts(
        en=f"{en}, because {'; '.join(one['en'] for one in why)}.",
        zh=f"{zh}，原因：{'；'.join(one['zh'] for one in why)}。",
    )
