"""Templates, published while a service runs: no restart, no mail lost, and each comes out again."""

import json
from pathlib import Path

from twofifty.testing.law import settled
from twofifty.testing.process import ReceiverProcess, ServiceProcess, Start
from twofifty.testing.samples import sample_order


def posted(service: ServiceProcess, number: int) -> None:
    order = {**sample_order(number), "state": {"payment": "paid"}}
    with service.client() as client:
        client.post("/v1/orders", json=order).raise_for_status()


def versions(service: ServiceProcess) -> dict[str, str]:
    """The template of each message, by its id."""
    with service.client() as client:
        rows = client.get("/v1/messages?limit=200").json()["items"]
    return {row["id"]: row["template"] for row in rows}


def committed(service: ServiceProcess, folder: Path, files: dict[str, str]) -> str:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    said = service.cli("templates", "commit", str(folder), "--json")
    found: str = json.loads(said.stdout)["version"]
    return found


def test_a_running_service_uses_what_is_published_and_goes_back(
    start: Start, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, TWOFIFTY_WORKERS="2")
        posted(service, 1)
        settled(service, 30)
        files = {"confirmation.subject.mustache": "Good {{number}}"}
        version = committed(service, tmp_path / "pack", files)
        assert service.cli("templates", "promote", version, "--note", "x").returncode == 0
        number = 1
        while not any(each.startswith(version) for each in versions(service).values()):
            number += 1
            assert number < 60, "no worker uses what was published"
            posted(service, number)
            settled(service, 30)
        assert service.cli("templates", "rollback").returncode == 0
        told = versions(service)
        with service.client() as client:
            again = [client.get(f"/v1/messages/{each}/again").json() for each in told]
            chosen = next(each for each, made in told.items() if made.startswith(version))
            causes = client.get(f"/v1/messages/{chosen}/why").json()["items"]
        assert [each for each in again if not each["identical"]] == []
        assert version in {cause.get("id") for cause in causes}
        assert service.cli("show", chosen, "--again").stdout == "identical\n"
        assert settled(service, 30).messages == {"sent": number}


def test_a_version_that_fails_costs_nobody_a_mail(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, TWOFIFTY_WORKERS="1")
        version = committed(
            service, tmp_path / "pack", {"confirmation.html.mustache": "{{#items}}"}
        )
        assert service.cli("templates", "promote", version).returncode == 1
        assert service.cli("templates", "promote", version, "--force").returncode == 0
        for number in range(1, 4):
            posted(service, number)
        law = settled(service, 30)
        assert law.messages == {"sent": 3}
        assert receiver.count() == 3
