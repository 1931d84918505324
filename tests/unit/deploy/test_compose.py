"""The compose file: what it names is there, and it waits for what it needs."""

from typing import Any

import pytest

from tests.unit.deploy.files import DRAIN_SECONDS, compose

WHOLE = compose()
SERVICES: dict[str, Any] = WHOLE["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)


def _names(stated: Any) -> set[str]:
    return {one if isinstance(one, str) else one["source"] for one in stated}


def test_every_secret_and_volume_that_is_named_is_there() -> None:
    asked = {name for service in SERVICES.values() for name in _names(service.get("secrets", ()))}
    assert asked == set(WHOLE["secrets"])
    volumes = {v.partition(":")[0] for s in SERVICES.values() for v in s.get("volumes", ())}
    assert volumes == set(WHOLE["volumes"])


@pytest.mark.parametrize("name", OURS)
def test_every_file_of_a_setting_is_a_secret_that_the_container_gets(name: str) -> None:
    service = SERVICES[name]
    files = {
        value for key, value in service["environment"].items() if key.endswith(("_FILE", "_CONFIG"))
    }
    assert files == {f"/run/secrets/{secret}" for secret in _names(service["secrets"])}


def test_the_parts_start_only_once_the_store_is_migrated_and_the_broker_answers() -> None:
    for name in ("api", "worker"):
        waits = SERVICES[name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}
        assert waits["rabbitmq"] == {"condition": "service_healthy"}
    assert SERVICES["migrate"]["depends_on"]["postgres"] == {"condition": "service_healthy"}
    for other in ("postgres", "rabbitmq"):
        assert SERVICES[other]["healthcheck"]["test"][0] == "CMD"


def test_nothing_starts_by_accident_and_one_machine_needs_no_servers() -> None:
    assert {name for name, one in SERVICES.items() if one["profiles"] == ["one"]} == {"twofifty"}
    assert all(one["profiles"] in (["one"], ["scale"]) for one in SERVICES.values())


@pytest.mark.parametrize("name", OURS)
def test_a_container_may_finish_what_it_has_begun(name: str) -> None:
    assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > DRAIN_SECONDS


def test_a_commit_of_the_store_is_on_disk_before_it_is_answered() -> None:
    words = SERVICES["postgres"]["command"]
    assert "synchronous_commit=on" in words
    assert not {"fsync=off", "full_page_writes=off"} & set(words)


def test_no_port_is_open_to_other_machines() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
