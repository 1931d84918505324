"""What the files for deployment say, read as whoever runs them would."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tools.structure import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
DRAIN_SECONDS = 30
"""After SIGTERM: 10 for requests that are begun, 20 for mails."""


class Run(msgspec.Struct, frozen=True):
    """One process as a file starts it: the words after `twofifty`, and its environment."""

    where: str
    words: tuple[str, ...]
    environ: dict[str, str]


def documents(path: Path) -> list[Any]:
    """Every document of a YAML file."""
    return [one for one in yaml.safe_load_all(path.read_text("utf-8")) if one is not None]


def compose() -> dict[str, Any]:
    """The compose file, its anchors laid in, its variables at their defaults."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", (DEPLOY / "compose.yaml").read_text("utf-8"))
    whole = yaml.safe_load(text)
    assert isinstance(whole, dict)
    return whole


def manifests() -> list[tuple[Path, dict[str, Any]]]:
    """Every Kubernetes object with its file, kustomizations aside."""
    files = sorted((DEPLOY / "kubernetes").rglob("*.yaml"))
    return [
        (path, one)
        for path in files
        if path.name != "kustomization.yaml"
        for one in documents(path)
    ]


def of_kind(*kinds: str) -> list[dict[str, Any]]:
    """The objects of these kinds."""
    return [one for _, one in manifests() if one["kind"] in kinds]


def kustomizations() -> list[tuple[Path, dict[str, Any]]]:
    """Every kustomization with its folder."""
    files = sorted((DEPLOY / "kubernetes").rglob("kustomization.yaml"))
    return [(path.parent, documents(path)[0]) for path in files]


def pods() -> list[dict[str, Any]]:
    """The pod of every workload."""
    made = of_kind("Deployment", "Job")
    assert len(made) == 3
    return [one["spec"]["template"]["spec"] for one in made]


def literals() -> dict[str, str]:
    """What all kustomizations together put into the ConfigMap."""
    made = (one for _, k in kustomizations() for one in k.get("configMapGenerator", ()))
    return dict(row.split("=", 1) for one in made for row in one["literals"])


def unit(path: Path) -> list[tuple[str, str]]:
    """The `Key=value` lines of a unit, in their order."""
    rows = (line.strip() for line in path.read_text("utf-8").splitlines())
    said = [row.split("=", 1) for row in rows if "=" in row and row[0] not in "#;"]
    return [(key, value) for key, value in said]


def instructions() -> list[tuple[str, str]]:
    """The container file's instructions, continued lines joined."""
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    rows = (row.strip() for row in plain.replace("\\\n", " ").splitlines())
    return [(row.split()[0], row.split(None, 1)[1]) for row in rows if row]


def runs() -> Iterator[Run]:
    """Every process that any of the files starts."""
    image = _image_environment()
    for name, service in compose()["services"].items():
        if "build" in service:
            yield Run(f"compose {name}", tuple(service["command"]), image | service["environment"])
    for pod in pods():
        (container,) = pod["containers"]
        stated = {one["name"]: one["value"] for one in container.get("env", ())}
        shared = literals() if "envFrom" in container else {}
        yield Run(f"pod {container['args']}", tuple(container["args"]), image | shared | stated)
    example = shlex.split((DEPLOY / "systemd" / "twofifty.env.example").read_text(), comments=True)
    for path in UNITS:
        said = unit(path)
        (start,) = [value for key, value in said if key == "ExecStart"]
        stated = dict(value.split("=", 1) for key, value in said if key == "Environment")
        words = tuple(start.partition("/bin/twofifty ")[2].split())
        yield Run(path.name, words, dict(row.split("=", 1) for row in example) | stated)


def _image_environment() -> dict[str, str]:
    stated = (shlex.split(words) for name, words in instructions() if name == "ENV")
    rows = dict(row.split("=", 1) for words in stated for row in words)
    return {name: value for name, value in rows.items() if name.startswith("TWOFIFTY_")}
