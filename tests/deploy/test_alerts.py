"""The rules of alarm, judged by Prometheus' own tool."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from observability.document import exposed_name
from observability.metrics import ALL
from tests.deploy.composition import raw
from tests.prometheus_fixtures import find_program

FOLDER = Path(__file__).parents[2] / "deploy" / "prometheus"
RULES = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"][0]["rules"]


def promtool(*arguments: str) -> str:
    program = find_program("promtool")
    finished = subprocess.run([program, *arguments], capture_output=True, text=True, cwd=FOLDER, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def test_the_rules_are_sound_and_each_fires_on_what_it_is_for() -> None:
    assert f"{len(RULES)} rules found" in promtool("check", "rules", "alerts.yml")
    promtool("test", "rules", "alerts_test.yml")


def test_every_alert_is_tested_and_says_what_to_do() -> None:
    tests = (FOLDER / "alerts_test.yml").read_text()
    metrics_of_tests = {"ServicelaneCertificateEnds": "server.crt", "ServicelaneRevocationListEnds": "crl.pem"}
    for rule in RULES:
        assert metrics_of_tests.get(rule["alert"], rule["alert"]) in tests
        assert rule["annotations"]["action"]
        assert rule["labels"]["severity"] in ("warning", "critical")


def test_the_rules_speak_of_metrics_that_there_are() -> None:
    known = {exposed_name(metric) for metric in ALL}
    for rule in RULES:
        for name in re.findall(r"servicelane_\w+", rule["expr"]):
            assert name in known or name.removesuffix("_bucket") in known, name


def test_every_process_of_the_composition_is_scraped() -> None:
    promtool("check", "config", "--syntax-only", "prometheus.yml")
    jobs = yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"]
    scraped = {name for job in jobs for names in job["dns_sd_configs"] for name in names["names"]}
    services = raw()["services"]
    ours = {name for name, one in services.items() if "build" in one and one["restart"] != "no"}
    assert scraped == ours


@pytest.mark.parametrize("alert", ["ServicelaneIntakeStopped", "ServicelaneBrokerDrops"])
def test_a_rule_that_never_fires_fails_its_test(tmp_path: Path, alert: str) -> None:
    """The control: a threshold that nothing reaches is found."""
    rules = yaml.safe_load((FOLDER / "alerts.yml").read_text())
    (broken,) = [rule for rule in rules["groups"][0]["rules"] if rule["alert"] == alert]
    broken["expr"] = re.sub(r"(== 1|> 0)$", "> 1e9", broken["expr"])
    (tmp_path / "alerts.yml").write_text(yaml.safe_dump(rules))
    (tmp_path / "alerts_test.yml").write_text((FOLDER / "alerts_test.yml").read_text())
    arguments = [find_program("promtool"), "test", "rules", str(tmp_path / "alerts_test.yml")]
    assert subprocess.run(arguments, capture_output=True, check=False).returncode != 0
