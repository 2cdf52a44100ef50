"""deploy/monitoring.yml follows the compose specification and fits what it is put beside."""

from __future__ import annotations

from typing import Any

import yaml

from tests.deploy.composition import ROOT, raw
from tests.deploy.dashboards import FOLDER
from tests.deploy.test_compose_file import validator

DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "monitoring.yml").read_text())


def test_the_file_follows_the_compose_specification() -> None:
    assert [error.message for error in validator().iter_errors(DOCUMENT)] == []


def test_it_adds_and_changes_nothing_of_what_is_there() -> None:
    beside = raw()
    for part in ("services", "volumes"):
        assert not set(DOCUMENT[part]) & set(beside[part])
    used = {network for service in DOCUMENT["services"].values() for network in service["networks"]}
    assert used <= set(beside["networks"])


def test_every_file_that_is_mounted_exists() -> None:
    for service in DOCUMENT["services"].values():
        sources = [volume.split(":")[0] for volume in service["volumes"]]
        assert all((ROOT / source).exists() or source in DOCUMENT["volumes"] for source in sources)


def test_the_data_sources_are_the_services() -> None:
    sources = yaml.safe_load((FOLDER / "provisioning" / "datasources" / "servicelane.yaml").read_text())["datasources"]
    hosts = {source["url"].removeprefix("http://").split(":")[0] for source in sources}
    assert hosts <= set(DOCUMENT["services"]) | set(raw()["services"])
    password = next(source["secureJsonData"]["password"] for source in sources if "secureJsonData" in source)
    assert password.removeprefix("$") in DOCUMENT["services"]["grafana"]["environment"]
