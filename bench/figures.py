"""A benchmark's result: figures beside a baseline of the same run, as JSON and as a picture."""

import json
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("msgspec", "uvicorn", "uvloop", "zstandard", "starlette")


class Row(msgspec.Struct, frozen=True):
    """One figure. `higher` says whether more is better; `baseline` was measured in the same run."""

    name: str
    value: float
    unit: str
    goal: str = ""
    baseline: float | None = None
    baseline_name: str = ""

    @property
    def ratio(self) -> float | None:
        """Value by baseline."""
        return self.value / self.baseline if self.baseline else None


class Result(msgspec.Struct, frozen=True):
    """A benchmark's figures and what they were measured on."""

    benchmark: str
    rows: tuple[Row, ...]
    about: str


def keep(result: Result) -> Path:
    """Writes `results/NAME.json` and `results/NAME.svg`."""
    RESULTS.mkdir(exist_ok=True)
    told = {**msgspec.to_builtins(result), "measured": _circumstances()}
    path = RESULTS / f"{result.benchmark}.json"
    path.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    path.with_suffix(".svg").write_text(picture(result), encoding="utf-8")
    return path


def _circumstances() -> dict[str, object]:
    commit = subprocess.run(
        ("git", "rev-parse", "--short", "HEAD"), capture_output=True, text=True, check=False
    )
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": _cores(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def _cores() -> int:
    return Path("/proc/cpuinfo").read_text(encoding="utf-8").count("processor\t")


BAR, LEFT, WIDE = 26, 260, 460


def picture(result: Result) -> str:
    """Bars: each figure that has a baseline beside it, each pair to its own scale."""
    pairs = [row for row in result.rows if row.baseline]
    height = 40 + len(pairs) * (2 * BAR + 18)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDE + 140}" height="{height}">',
        "<style>text{font:13px system-ui,sans-serif}</style>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="12" y="22">{result.benchmark}: {result.about}</text>',
    ]
    for i, row in enumerate(pairs):
        parts += _bars(row, 40 + i * (2 * BAR + 18))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bars(row: Row, top: int) -> list[str]:
    baseline = row.baseline or 0.0
    most = max(row.value, baseline)
    told = ((row.name, row.value, "#0f766e"), (row.baseline_name, baseline, "#a1a1aa"))
    return [
        f'<text x="12" y="{top + k * BAR + 17}">{name}</text>'
        f'<rect x="{LEFT}" y="{top + k * BAR + 3}" width="{WIDE * value / most:.1f}" '
        f'height="{BAR - 6}" rx="3" fill="{colour}"/>'
        f'<text x="{LEFT + WIDE * value / most + 8:.1f}" y="{top + k * BAR + 17}">'
        f"{value:,.4g} {row.unit}</text>"
        for k, (name, value, colour) in enumerate(told)
    ]
