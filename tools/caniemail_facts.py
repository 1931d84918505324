"""Writes compose/lint/caniemail.json: what mail programs do not know, of what lint detects.
usage: python -m tools.caniemail_facts

The data is that of https://www.caniemail.com/ (MIT licence, Rémi Parmentier and contributors), read
from ../shared/corpora/email-client-support. Only the features that lint can see in a mail are
taken, and of each test only the newest result of a program.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FACTS = ROOT / "src" / "twofifty" / "compose" / "lint" / "caniemail.json"
DATA = ROOT.parent / "shared" / "corpora" / "email-client-support" / "caniemail"

_SOURCE = "https://www.caniemail.com/, MIT licence, Copyright Rémi Parmentier and contributors"
# Families by the names that people know them by; Outlook is three programs with nothing in common.
_NAMES = {
    "gmail": "Gmail", "yahoo": "Yahoo! Mail", "apple-mail": "Apple Mail", "aol": "AOL",
    "thunderbird": "Thunderbird", "samsung-email": "Samsung Email", "sfr": "SFR",
    "orange": "Orange", "protonmail": "Proton Mail", "hey": "HEY", "mail-ru": "Mail.ru",
    "fastmail": "Fastmail", "laposte": "LaPoste.net", "t-online-de": "T-Online",
    "free-fr": "Free.fr", "gmx": "GMX", "web-de": "WEB.DE", "ionos-1and1": "IONOS",
    "rainloop": "RainLoop", "wp-pl": "WP.pl",
}  # fmt: skip
_OUTLOOK = {"windows": "Outlook for Windows", "windows-mail": "Outlook for Windows",
            "outlook-com": "Outlook.com"}  # fmt: skip
# What lint looks for: p property, v value of a property, f function, u unit, s part of a selector,
# a at-rule, m media feature, e element, h attribute, i image format.
_MARKS = {
    "css-display-flex": "v:display:flex v:display:inline-flex",
    "css-display-grid": "v:display:grid v:display:inline-grid",
    "css-left-right-top-bottom": "p:left p:right p:top p:bottom",
    "css-margin-inline-start-end": "p:margin-inline-start p:margin-inline-end",
    "css-padding-inline-start-end": "p:padding-inline-start p:padding-inline-end",
    "css-margin-block-start-end": "p:margin-block-start p:margin-block-end",
    "css-padding-block-start-end": "p:padding-block-start p:padding-block-end",
    "css-column-layout-properties": "p:columns p:column-width p:column-rule p:column-span",
    "css-grid-template": "p:grid-template p:grid-template-columns p:grid-template-rows",
    "css-scroll-snap": "p:scroll-snap-type p:scroll-snap-align",
    "css-linear-gradient": "f:linear-gradient", "css-radial-gradient": "f:radial-gradient",
    "css-conic-gradient": "f:conic-gradient", "css-function-clamp": "f:clamp",
    "css-function-max": "f:max", "css-function-min": "f:min", "css-unit-calc": "f:calc",
    "css-function-light-dark": "f:light-dark", "css-variables": "f:var", "css-rgba": "f:rgba",
    "css-unit-ch": "u:ch", "css-unit-rem": "u:rem", "css-unit-vh": "u:vh", "css-unit-vw": "u:vw",
    "css-unit-vmax": "u:vmax", "css-unit-vmin": "u:vmin",
    "css-at-font-face": "a:@font-face", "css-at-import": "a:@import",
    "css-at-keyframes": "a:@keyframes", "css-at-supports": "a:@supports",
    "css-at-media": "a:@media",
    "css-at-media-hover": "m:hover", "css-at-media-orientation": "m:orientation",
    "css-at-media-prefers-color-scheme": "m:prefers-color-scheme",
    "css-at-media-prefers-reduced-motion": "m:prefers-reduced-motion",
    "css-selector-adjacent-sibling": "s:+", "css-selector-general-sibling": "s:~",
    "css-selector-child": "s:>", "css-selector-attribute": "s:[",
    "html-srcset": "h:srcset", "html-background": "h:background", "html-hidden": "h:hidden",
    "html-loading-attribute": "h:loading", "html-image-maps": "h:usemap e:map",
    "html-svg": "e:svg", "html-video": "e:video", "html-audio": "e:audio", "html-form": "e:form",
    "html-picture": "e:picture", "html-object": "e:object", "html-dialog": "e:dialog",
    "html-marquee": "e:marquee", "html-meter": "e:meter", "html-progress": "e:progress",
    "html-base": "e:base", "html-select": "e:select", "html-textarea": "e:textarea",
    "html-link": "e:link", "image-base64": "i:data:",
}  # fmt: skip
_PLAIN = """accent-color align-items animation aspect-ratio backdrop-filter background-blend-mode
background-clip background-image background-origin background-position background-repeat
background-size border-image border-radius border-spacing box-shadow box-sizing caption-side clear
clip-path color-scheme column-count cursor empty-cells filter flex-direction flex-wrap float
font-kerning font-size-adjust font-stretch gap hyphens inline-size inset justify-content
list-style-image list-style-position mask-image max-height max-width min-height min-width
mix-blend-mode object-fit object-position opacity outline outline-offset overflow overflow-wrap
position resize shape-margin shape-outside tab-size table-layout text-align-last
text-decoration-color text-decoration-skip-ink text-decoration-style text-decoration-thickness
text-emphasis text-indent text-justify text-orientation text-overflow text-shadow
text-underline-offset text-wrap transform transition user-select visibility word-break word-spacing
writing-mode z-index""".split()
_PSEUDO = (
    "active checked first-child first-of-type focus has hover lang last-child last-of-type "
    "not nth-child nth-last-child nth-of-type only-child only-of-type target"
).split()
_FORMATS = "apng avif bmp heif ico mp4 svg tiff webp".split()


def marks() -> dict[str, str]:
    """What shows each feature that lint detects, by its name at caniemail.com."""
    found = dict(_MARKS)
    found |= {f"css-{name}": f"p:{name}" for name in _PLAIN}
    found |= {f"css-pseudo-class-{name}": f"s::{name}" for name in _PSEUDO}
    found |= {f"css-pseudo-element-{name}": f"s:::{name}" for name in ("after", "before")}
    found |= {f"image-{name}": f"i:.{name}" for name in _FORMATS}
    return found


def facts(data: dict[str, Any]) -> dict[str, Any]:
    """The table: features by name, each with its marks, title, and the families by number of those
    that do not know it and of those that know it in part; how many were tested."""
    families = sorted({*_NAMES.values(), *_OUTLOOK.values(), "Outlook apps"})
    features = {
        name: _feature(data[name], shown.split(), families)
        for name, shown in sorted(marks().items())
        if name in data
    }
    kept = {name: one for name, one in features.items() if one["no"] or one["partly"]}
    return {"source": _SOURCE, "families": families, "features": kept}


def _feature(stated: dict[str, Any], shown: list[str], families: list[str]) -> dict[str, Any]:
    results: dict[str, set[str]] = {}
    for family, letter in _results(stated["stats"]):
        results.setdefault(family, set()).add(letter)
    known = {family: letters - {"u"} for family, letters in results.items() if letters - {"u"}}
    lacking = [family for family, letters in known.items() if letters == {"n"}]
    partial = [family for family, letters in known.items() if letters not in ({"n"}, {"y"})]
    return {
        "marks": shown,
        "title": stated["title"],
        "no": sorted(map(families.index, lacking)),
        "partly": sorted(map(families.index, partial)),
        "tested": len(known),
    }


def _results(stats: dict[str, dict[str, dict[str, str]]]) -> Iterator[tuple[str, str]]:
    """Each program's family and its newest result: y, n, a (partly) or u."""
    for family, platforms in stats.items():
        for platform, versions in platforms.items():
            if versions:
                name = _NAMES.get(family, family)
                if family == "outlook":
                    name = _OUTLOOK.get(platform, "Outlook apps")
                yield name, versions[max(versions, key=_age)][:1]


def _age(version: str) -> tuple[float, ...]:
    """Versions in order of their numbers: 2007 < 2019, 6.0 < 16.80, 2019-02 < 2022-06."""
    parts = version.replace("-", ".").split(".")
    return tuple(float(part) for part in parts if part.isdigit())


def written(table: dict[str, Any]) -> str:
    """The file's text: one feature a line."""
    head = {name: value for name, value in table.items() if name != "features"}
    rows = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}"
        for name, one in table["features"].items()
    )
    start = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{start}, "features": {{\n{rows}\n}}}}\n'


def stated() -> dict[str, Any]:
    """The data as it came."""
    found: dict[str, Any] = json.loads((DATA / "features.json").read_text("utf-8"))
    return found


def main() -> int:
    """Writes the table. Returns the exit code."""
    if not DATA.is_dir():
        sys.stderr.write(f"{DATA}: not here; the table stays as it is\n")
        return 1
    FACTS.write_text(written(facts(stated())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
