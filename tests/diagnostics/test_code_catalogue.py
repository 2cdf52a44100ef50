"""The fault catalogue: it holds what its schema promises, and contradicts neither itself nor the detectors."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from diagnostics import code_catalogue
from diagnostics.catalogue_files import FOLDER, read_yaml
from diagnostics.code_catalogue import (
    OTHER,
    CatalogueError,
    catalogue,
    describe,
    entry,
    json_schema,
    problems_of,
    severity_of,
)
from diagnostics.code_wording import Text, meaning_of
from diagnostics.detectors import DETECTORS

KINDS = ("causes", "checks", "parts", "codes")
FILES = [path for kind in KINDS for path in sorted((FOLDER / kind).glob("*.yaml"))]
CODE = re.compile(r"[PCBU][0-3][0-9A-F]{3}")


def texts(value: object) -> Iterator[dict[str, str]]:
    """Every text in what a file holds."""
    if isinstance(value, dict):
        if "en" in value or "zh" in value:
            yield value
        for one in value.values():
            yield from texts(one)


def features() -> set[str]:
    """Everything that speaks for or against a cause or a code."""
    read = catalogue()
    told = (one for cause in read.causes.values() for one in (*cause.evidence_for, *cause.evidence_against))
    return {
        *told,
        *(one for code in read.codes.values() for one in (*code.evidence.supporting, *code.evidence.against)),
    }


def test_at_least_150_codes_are_reasoned_about() -> None:
    codes = [name for name in catalogue().codes if not name.startswith("finding:")]
    assert len(codes) >= 150
    assert all(CODE.fullmatch(name) for name in codes)


def test_the_published_schema_is_that_of_the_loader() -> None:
    published = Path(__file__).parents[2] / "docs" / "fault-catalogue.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == json_schema()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_file_keeps_the_published_schema_and_names_its_source(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    schema = json_schema()
    checker = Draft202012Validator({"$ref": f"#/$defs/{path.parent.name}", "$defs": schema["$defs"]})
    assert not [f"{list(error.path)}: {error.message}" for error in checker.iter_errors(read_yaml(path))]
    assert text.startswith("# "), "a file says where its content comes from"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_id_stands_twice_and_no_text_lacks_a_language(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    names = re.findall(r"^(\"?[\w:]+\"?):", text, re.MULTILINE)
    assert not [name for name, times in Counter(names).items() if times > 1]
    for one in texts(read_yaml(path)):
        assert set(one) == {"en", "zh"}
        assert re.search(r"[\u4e00-\u9fff]", one["zh"]), one
        assert not re.search(r"[\u4e00-\u9fff]", one["en"]), one
        assert re.findall(r"{\w+}", one["en"]) == re.findall(r"{\w+}", one["zh"]), one


def test_every_cause_check_and_part_is_used() -> None:
    read = catalogue()
    assert set(read.causes) == {cause for code in read.codes.values() for cause in code.causes}
    assert set(read.checks) == {check for code in read.codes.values() for check in code.checks}
    assert set(read.parts) == {part for cause in read.causes.values() for part in cause.parts}


def test_every_cause_can_be_found_by_a_check_of_its_code() -> None:
    """A likely cause that none of the checks would show leaves the technician without an answer."""
    read = catalogue()
    told = {
        name: {cause for check in code.checks for cause in read.checks[check].tells}
        for name, code in read.codes.items()
    }
    unseen = {
        f"{name}: {cause}"
        for name, code in read.codes.items()
        for cause, weight in code.causes.items()
        if cause != OTHER and weight >= 0.05 and cause not in told[name]
    }
    assert not unseen


def test_every_check_of_a_code_speaks_of_one_of_its_causes() -> None:
    read = catalogue()
    idle = {
        f"{name}: {check}"
        for name, code in read.codes.items()
        for check in code.checks
        if not set(read.checks[check].tells) & set(code.causes)
    }
    assert not idle


def test_weights_are_distributions_and_leave_room_for_the_unknown() -> None:
    for name, code in catalogue().codes.items():
        assert sum(code.causes.values()) == pytest.approx(1, abs=0.01), name
        if name != "finding:fleet_anomaly":  # which knows that a car is unlike others, and not why
            assert 0.01 <= code.causes[OTHER] <= 0.25, name


def test_advice_follows_severity() -> None:
    """A car that is to be stopped is not to be driven, and what may wait keeps nobody from driving."""
    for name, code in catalogue().codes.items():
        assert (code.severity == 4) == (code.drive == "no"), name
        assert code.severity > 1 or code.drive == "yes", name
        assert code.drive != "no" or code.drive_text is not None, name


def test_the_same_failure_of_the_same_component_weighs_the_same() -> None:
    """Bank 1 is no worse than bank 2, cylinder 1 no worse than cylinder 4."""
    judged: dict[tuple[str, str], set[tuple[int, str]]] = {}
    for name, code in catalogue().codes.items():
        if (meaning := meaning_of(name)) is not None:
            judged.setdefault((meaning.component, meaning.failure), set()).add((code.severity, code.drive))
    assert len(judged) > 100
    assert not {kind: differing for kind, differing in judged.items() if len(differing) > 1}


def test_every_detector_has_an_entry() -> None:
    kinds = {f"finding:{kind}" for kind in DETECTORS if kind != "trouble_code"}
    assert kinds <= set(catalogue().codes)


def test_features_are_kinds_of_findings_or_codes() -> None:
    kinds = {name.removeprefix("finding:") for name in catalogue().codes if name.startswith("finding:")}
    assert not {one for one in features() if not CODE.fullmatch(one) and one.split(".")[0] not in kinds}


def test_what_evidence_is_named_by_is_told_by_the_detector() -> None:
    """`misfire.step` can only speak where a detector gives such a quantity, which has words."""
    quantities = read_yaml(FOLDER / "words.yaml")["quantities"]
    fields = {
        feature.split(".", 1)[1] for feature in features() if feature.split(".")[0] in DETECTORS and "." in feature
    }
    assert {"seconds_above_15.2_v", "highway_droop_c"} <= fields
    assert fields <= set(quantities)


def test_a_code_is_found_with_and_without_its_failure_type() -> None:
    assert entry("P0302-00") is entry("P0302") is catalogue().codes["P0302"]
    assert describe("P0302-00") == Text("Misfires in cylinder 2", "第 2 缸失火")
    assert severity_of("P0302-00") == 3


def test_a_code_without_an_entry_is_worth_a_visit() -> None:
    assert entry("C1234-00") is None
    assert severity_of("C1234-00") == 2
    assert "C1234" in describe("C1234-00").en
    assert "C1234" in describe("C1234-00").zh


GOOD_CAUSE = """
worn:
  text: {en: Worn, zh: 磨损}
  component: part
  skill: general
  labour_minutes: 10
  owner: {en: It is worn, zh: 已磨损}
"""
WRONG = {
    "a field too many": ("causes", GOOD_CAUSE + "  colour: red", "worn.colour"),
    "a language too few": ("causes", GOOD_CAUSE.replace(", zh: 磨损", ""), "worn.text.zh"),
    "an unknown skill": ("causes", GOOD_CAUSE.replace("general", "magic"), "worn.skill"),
    "no YAML": ("causes", "worn: {", "wrong.yaml"),
    "an unknown part": (
        "causes",
        GOOD_CAUSE + "  parts: [nowhere]",
        "there is no part 'nowhere'",
    ),
    "an unknown cause": (
        "codes",
        "P0128: {text: {en: Cold, zh: 冷}, severity: 2, drive: yes, causes: {ghost: 1.0}, checks: []}",
        "there is no cause 'ghost'",
    ),
    "weights that do not sum to 1": (
        "codes",
        "P0128: {text: {en: Cold, zh: 冷}, severity: 2, drive: yes, causes: {worn: 0.5}, checks: []}",
        "sum to 0.500",
    ),
}


@pytest.mark.parametrize(("kind", "text", "told"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_with_its_place(
    kind: str, text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in KINDS:
        (tmp_path / folder).mkdir()
    (tmp_path / "causes" / "good.yaml").write_text(
        GOOD_CAUSE.replace("worn:", "fine:", 1) if kind == "causes" else GOOD_CAUSE
    )
    (tmp_path / kind / "wrong.yaml").write_text(text)
    monkeypatch.setattr(code_catalogue, "FOLDER", tmp_path)
    with pytest.raises(CatalogueError, match=re.escape(told)):
        catalogue.__wrapped__()


def test_the_catalogue_has_no_problems() -> None:
    assert list(problems_of(catalogue())) == []
