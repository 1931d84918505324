"""The manifests: they fit each other, may do little, and give a pod the time to finish."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.deploy.files import (
    DEPLOY,
    DRAIN_SECONDS,
    kustomizations,
    literals,
    manifests,
    of_kind,
    pods,
)
from twofifty import __version__
from twofifty.web.routes import OPERATIONS

FOLDERS = [folder for folder, made in kustomizations() if made["kind"] == "Kustomization"]


def _container(pod: dict[str, Any]) -> dict[str, Any]:
    (container,) = pod["containers"]
    assert isinstance(container, dict)
    return container


def _components() -> set[str]:
    return {one["spec"]["selector"]["matchLabels"]["app.kubernetes.io/component"]
            for one in of_kind("Deployment")}  # fmt: skip


def test_every_manifest_is_part_of_a_kustomization() -> None:
    named = {
        (folder / name).resolve()
        for folder, made in kustomizations()
        for name in (*made.get("resources", ()), *made.get("components", ()))
    }
    assert {path for path, _ in manifests()} <= named
    assert all(path.exists() for path in named)


def test_every_image_is_the_version_of_the_product() -> None:
    images = [image for _, made in kustomizations() for image in made.get("images", ())]
    assert len(images) == 3
    assert {image["newTag"] for image in images} == {__version__}
    assert {_container(pod)["image"] for pod in pods()} == {"twofifty"}


@pytest.mark.parametrize("pod", pods(), ids=lambda pod: " ".join(_container(pod)["args"]))
def test_a_pod_can_do_little(pod: dict[str, Any]) -> None:
    container = _container(pod)
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


@pytest.mark.parametrize("pod", pods(), ids=lambda pod: " ".join(_container(pod)["args"]))
def test_memory_is_bounded_and_the_processor_is_not(pod: dict[str, Any]) -> None:
    resources = _container(pod)["resources"]
    assert set(resources["limits"]) == {"memory"}
    assert set(resources["requests"]) == {"cpu", "memory"}


@pytest.mark.parametrize("pod", pods(), ids=lambda pod: " ".join(_container(pod)["args"]))
def test_whatever_is_mounted_is_a_volume_and_whatever_is_written_is_one(
    pod: dict[str, Any],
) -> None:
    mounts = {one["name"]: one for one in _container(pod)["volumeMounts"]}
    assert set(mounts) == {one["name"] for one in pod["volumes"]}
    assert mounts["data"]["mountPath"] == "/data"
    assert mounts["secrets"]["readOnly"] is True


def test_a_pod_may_finish_what_it_has_begun() -> None:
    for one in of_kind("Deployment"):
        pod = one["spec"]["template"]["spec"]
        hook = _container(pod).get("lifecycle", {}).get("preStop", {"exec": {"command": ["", "0"]}})
        pause = int(hook["exec"]["command"][1])
        assert pod["terminationGracePeriodSeconds"] > DRAIN_SECONDS + pause


def test_every_probe_asks_a_path_that_needs_no_key() -> None:
    open_paths = {one.path for one in OPERATIONS if one.auth == "none"}
    probes = [
        (probe["httpGet"]["port"], probe["httpGet"]["path"])
        for pod in pods()
        for key, probe in _container(pod).items()
        if key.endswith("Probe")
    ]
    # A worker on its own answers with its metrics, at any path and without a key.
    assert sorted(port for port, _ in probes) == ["http"] * 3 + ["metrics"]
    assert {path for port, path in probes if port == "http"} <= open_paths


def test_a_worker_is_asked_at_the_port_where_it_answers() -> None:
    (worker,) = [_container(pod) for pod in pods() if "worker" in _container(pod)["args"]]
    (port,) = worker["ports"]
    assert port["containerPort"] == int(literals()["TWOFIFTY_METRICS_PORT"])
    assert worker["livenessProbe"]["httpGet"]["port"] == port["name"]


def test_a_store_that_is_away_restarts_nobody() -> None:
    (api,) = [_container(pod) for pod in pods() if "readinessProbe" in _container(pod)]
    assert api["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert api["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_every_selector_finds_a_workload() -> None:
    components = _components()
    chosen = [
        *(one["spec"]["selector"] for one in of_kind("Service")),
        *(one["spec"]["selector"]["matchLabels"] for one in of_kind("PodDisruptionBudget")),
        *(one["spec"]["podSelector"]["matchLabels"] for one in of_kind("NetworkPolicy")),
    ]
    key = "app.kubernetes.io/component"
    assert {one[key] for one in chosen if key in one} <= components
    scaled = {one["spec"]["scaleTargetRef"]["name"] for one in of_kind("HorizontalPodAutoscaler")}
    assert scaled <= {one["metadata"]["name"] for one in of_kind("Deployment")}


def test_every_file_of_a_setting_lies_where_the_secret_is_mounted() -> None:
    files = [value for name, value in literals().items() if name.endswith(("_FILE", "_CONFIG"))]
    assert len(files) > 4
    assert all(str(Path(file).parent) == "/etc/twofifty" for file in files)
    assert all(
        mount["mountPath"] == "/etc/twofifty"
        for pod in pods()
        for mount in _container(pod)["volumeMounts"]
        if mount["name"] == "secrets"
    )


def test_the_guide_makes_every_key_of_the_secret() -> None:
    page = (DEPLOY.parent / "docs" / "howto" / "kubernetes.md").read_text("utf-8")
    keys = {Path(v).name for n, v in literals().items() if n.endswith(("_FILE", "_CONFIG"))}
    assert keys <= set(re.findall(r"--from-(?:file|literal)=([\w.-]+)", page))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_kubectl_renders_it(folder: Path) -> None:
    assert _rendered(folder)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_object_keeps_to_the_schema_of_kubernetes(folder: Path) -> None:
    validate = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is missing")
    for one in _rendered(folder):
        validate.validate(one, validate.latest_version(), strict=True)


def _rendered(folder: Path) -> list[Any]:
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed")
    command = ("kubectl", "kustomize", str(folder))
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert said.returncode == 0, said.stderr
    return list(yaml.safe_load_all(said.stdout))
