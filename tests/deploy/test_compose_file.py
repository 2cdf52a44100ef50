"""docker-compose.yml against the specification, and against what no schema knows: our settings, files and promises."""

from __future__ import annotations

import importlib
import json
import os
import re
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
from pydantic_settings import BaseSettings

from servicelane.stack import LocalStack, StackOptions
from tests.deploy.composition import ROOT, filled_in, is_ours, raw, runs_once, variables

SCHEMA: Final = ROOT / "var/node/node_modules/dclint/schemas/compose.schema.json"
SERVICES: Final[dict[str, dict[str, Any]]] = raw()["services"]
OURS: Final = {name: service for name, service in SERVICES.items() if is_ours(service)}
SETTINGS: Final = (
    "database.settings", "streaming.settings", "ingest.settings", "ingest.retention_settings", "booking_api.settings",
    "servicelane.state_file", "vehicles.settings", "web.settings", "maintenance_planner.settings",
)  # fmt: skip
SECRET: Final = re.compile(r"PASSWORD|SECRET|TOKEN|DATABASE_URL")


def validator() -> jsonschema.Draft7Validator:
    if not SCHEMA.exists():
        reason = f"{SCHEMA} is missing; run `make setup-dev`"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))


def test_the_file_follows_the_compose_specification() -> None:
    assert [f"{list(error.path)}: {error.message}" for error in validator().iter_errors(raw())] == []


@pytest.mark.parametrize("change", [{"restarts": "always"}, {"ports": [{"publish": 1}]}, {"depends_on": {"x": {}}}])
def test_the_specification_would_notice_a_mistake(change: dict[str, Any]) -> None:
    document = raw()
    document["services"]["broker"] |= change
    assert not validator().is_valid(document)


def test_every_part_of_the_stack_on_one_machine_is_a_service(tmp_path: Path) -> None:
    parts = {part.name: part.arguments for part in LocalStack(StackOptions(tmp_path), print)._parts()}
    commands = {name: service["command"][1:] for name, service in OURS.items()}
    assert parts.keys() <= commands.keys()
    assert all(commands[name][: len(words)] == list(words) for name, words in parts.items())


def test_images_are_pinned_and_ours_has_the_version_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {service["image"] for service in OURS.values()} == {f"servicelane:{project['version']}"}
    assert all(re.search(r":\d+\.\d+\.\d+", service["image"]) for service in SERVICES.values())


def test_no_secret_is_written_down() -> None:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if SECRET.search(variable):
                assert re.search(r"\$\{\w+:\?", value), f"{name}: {variable} must come from the environment"
    shared = filled_in(dict.fromkeys(variables(), "secret"))["x-environment"]
    assert "postgresql://servicelane:secret@" in shared["DATABASE_URL"]
    with pytest.raises(KeyError, match="set DATABASE_PASSWORD"):
        filled_in({})


def test_the_example_of_an_environment_names_every_variable_and_no_secret() -> None:
    lines = re.findall(r"^(#?)(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert {name for _, name, _ in lines} == variables().keys()
    required = {name for name, is_required in variables().items() if is_required}
    assert required <= {name for comment, name, _ in lines if not comment}
    assert {value for comment, _, value in lines if not comment} == {""}
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()


def settings_classes() -> Iterator[type[BaseSettings]]:
    for name in SETTINGS:
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, type) and issubclass(value, BaseSettings) and value is not BaseSettings:
                yield value


def names_of(settings: type[BaseSettings]) -> set[str]:
    prefix = settings.model_config.get("env_prefix") or ""
    return {str(field.validation_alias or prefix + name).upper() for name, field in settings.model_fields.items()}


def test_what_our_services_are_told_is_what_our_settings_read() -> None:
    read = set().union(*map(names_of, settings_classes())) | {"SERVICELANE_DATA_DIR"}
    assert {"DATABASE_URL", "STREAMING_HEALTH_PORT", "INGEST_BRIDGE_SHARED", "BOOKING_API_ISSUER"} <= read
    for name, service in OURS.items():
        assert service["environment"].keys() <= read, name


def test_kafka_is_set_up_as_the_one_that_is_tested() -> None:
    shipped = ROOT / "deploy" / "kafka" / "server.properties"
    lines = [line.split("=", 1) for line in shipped.read_text().splitlines() if line and not line.startswith("#")]
    container = SERVICES["kafka"]["environment"]
    for name, value in lines:
        if "$" not in value and not name.startswith(
            ("num.", "log.cleaner.")
        ):  # addresses, and a small machine's limits
            assert container["KAFKA_" + name.upper().replace(".", "_")] == value, name


def test_what_a_service_waits_for_has_a_health_check_or_ends() -> None:
    graph = {name: service.get("depends_on", {}) for name, service in SERVICES.items()}
    assert list(TopologicalSorter(graph).static_order()), "no circle"
    for name, others in graph.items():
        for other, how in others.items():
            expected = "service_completed_successfully" if runs_once(SERVICES[other]) else "service_healthy"
            assert how["condition"] == expected, f"{name} waits for {other}"


def test_whoever_uses_the_database_waits_for_its_migrations() -> None:
    def waits_for(name: str) -> set[str]:
        direct = set(SERVICES[name].get("depends_on", {}))
        return direct.union(*map(waits_for, direct))

    for name in OURS.keys() - {"migrate"}:
        assert {"migrate", "database"} <= waits_for(name), name
        if SERVICES[name]["command"][-1] in ("bridge", "writer", "diagnostics", "maintenance_planner", "booking_api"):
            assert {"topics", "kafka"} <= waits_for(name), name


def test_only_cars_and_the_api_s_callers_can_reach_anything_from_outside() -> None:
    published = {name: service["ports"] for name, service in filled_in_services().items() if "ports" in service}
    assert published == {
        "broker": ["0.0.0.0:8883:8883"],
        "enrolment": ["0.0.0.0:8443:8443"],
        "booking-api": ["127.0.0.1:8080:8080"],
        "web": ["127.0.0.1:8081:8081"],
    }
    outside = {name for name, service in SERVICES.items() if "outside" in service["networks"]}
    assert outside == published.keys()
    assert raw()["networks"]["inside"] == {"internal": True}


def test_the_authority_s_keys_are_where_certificates_are_made_and_nowhere_else() -> None:
    mounted = {
        name for name, service in SERVICES.items() for volume in service.get("volumes", []) if "authority:" in volume
    }
    assert mounted == {"enrolment", "broker-files", "admin"}


def filled_in_services() -> dict[str, dict[str, Any]]:
    required = {name: "x" for name, is_required in variables().items() if is_required}
    services: dict[str, dict[str, Any]] = filled_in(required)["services"]
    return services


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["user"].split(":")[0] not in ("root", "0")
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("read_only") or name == "kafka", "Kafka's image writes its configuration at start"
    assert not service.keys() & {"privileged", "cap_add", "network_mode", "pid", "devices", "use_api_socket"}
    assert "docker.sock" not in json.dumps(service)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_ends_in_order_comes_back_and_fills_neither_memory_nor_disk(name: str) -> None:
    service = SERVICES[name]
    assert service["init"] is True
    assert service["restart"] == "unless-stopped" or runs_once(service)
    assert {"cpus", "memory", "pids"} <= service["deploy"]["resources"]["limits"].keys()
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert service["healthcheck"].get("disable") if runs_once(service) else service["healthcheck"]["test"]


def test_what_does_not_publish_a_port_can_be_scaled() -> None:
    assert not [name for name, service in SERVICES.items() if "container_name" in service]
    scalable = {name for name in OURS if not runs_once(OURS[name]) and "ports" not in OURS[name]}
    assert {"ingest-bridge", "ingest-writer", "diagnostics", "maintenance-planner"} <= scalable
    assert OURS["ingest-bridge"]["environment"]["INGEST_BRIDGE_SHARED"] == "true"
    assert not any("INGEST_BRIDGE_ID" in service["environment"] for service in OURS.values())


def test_every_volume_configuration_and_network_that_is_used_exists() -> None:
    document = raw()
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert used == document["volumes"].keys()
    configs = {config["source"] for service in SERVICES.values() for config in service.get("configs", [])}
    assert configs == document.get("configs", {}).keys()
    assert {name for service in SERVICES.values() for name in service["networks"]} == document["networks"].keys()
