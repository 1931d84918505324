"""`twofifty templates ...`: what it does, each verb a function that says its exit code."""

import difflib
import getpass
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from twofifty.cli.templates_links import Asking, dead_links
from twofifty.cli.templates_store import refused
from twofifty.cli.templates_subject import Verb, own_pack
from twofifty.compose.context.error import TemplateError, TemplateProblem
from twofifty.compose.pack import builtin
from twofifty.compose.ports import Publication
from twofifty.compose.publish.folder import begin, read_folder
from twofifty.compose.publish.judgement import Judgement
from twofifty.errors import Unpublishable
from twofifty.flow.published import Shown, Wish
from twofifty.flow.templates import Templates

_FIT = "nothing speaks against it"


def initialised(folder: Path) -> int:
    """Begins a pack in a new folder."""
    try:
        written = begin(folder)
    except TemplateError as error:
        return refused((error,))
    for name in written:
        sys.stdout.write(f"{folder / name}\n")
    sys.stdout.write("Look at it: twofifty templates preview " + f"{folder} --out mail.html\n")
    return 0


def listed(*, as_json: bool) -> Verb:
    """Every version, and where it is used."""

    async def verb(templates: Templates) -> int:
        shown = await templates.publisher.versions()
        if as_json:
            for each in shown:
                _say_json({**msgspec.to_builtins(each.head), **_marks(each)})
        else:
            rows = [(each.head.version, _when(each), _used(each), each.head.note) for each in shown]
            _say_table(("version", "committed", "used", "note"), rows)
            if not any(each.live for each in shown):
                sys.stdout.write("The built-in templates are live.\n")
        return 0

    return verb


def history(*, as_json: bool) -> Verb:
    """Who published what, when."""

    async def verb(templates: Templates) -> int:
        said = await templates.publisher.history()
        if as_json:
            for each in said:
                _say_json(msgspec.to_builtins(each))
        else:
            _say_table(
                ("at", "action", "version", "for", "by", "note"), [_row(each) for each in said]
            )
        return 0

    return verb


def linted(what: str, asking: Asking | None, *, as_json: bool, hints: bool) -> Verb:
    """What is wrong with a folder or a version; its links are asked where `asking` says how."""

    async def verb(templates: Templates) -> int:
        own = await own_pack(templates, what)
        judgement = await templates.publisher.judged(own)
        if asking is not None and not judgement.problems:
            dead = await dead_links(templates, own, asking)
            judgement = msgspec.structs.replace(judgement, findings=(*judgement.findings, *dead))
        return _judged(judgement, as_json=as_json, hints=hints)

    return verb


def committed(folder: Path, note: str, *, as_json: bool) -> Verb:
    """Puts a folder on the shelf."""

    async def verb(templates: Templates) -> int:
        done = await templates.publisher.commit(read_folder(folder).files, note)
        if as_json:
            _say_json({"version": done.version, "new": done.is_new, **_problems(done.judgement)})
        else:
            said = "committed" if done.is_new else "was committed before"
            sys.stdout.write(f"{done.version} {said}\n")
            _judged(done.judgement, as_json=False)
        return 1 if done.judgement.objections() else 0

    return verb


def promoted(version: str, wish: Wish, *, as_json: bool) -> Verb:
    """Makes a version the one to be used."""

    async def verb(templates: Templates) -> int:
        return _published(await templates.publisher.promote(version, wish), as_json=as_json)

    return verb


def rolled_back(wish: Wish, *, as_json: bool) -> Verb:
    """Ends a canary, or goes back to the version before."""

    async def verb(templates: Templates) -> int:
        return _published(await templates.publisher.roll_back(wish), as_json=as_json)

    return verb


def compared(one: str, other: str) -> Verb:
    """What differs between two folders or versions."""

    async def verb(templates: Templates) -> int:
        before = (await own_pack(templates, one)).over(builtin())
        after = (await own_pack(templates, other)).over(builtin())
        for line in difference(before.files, after.files):
            sys.stdout.write(line + "\n")
        return 0

    return verb


def shown(version: str, name: str, *, as_json: bool) -> Verb:
    """The files of a version, or the text of one of them."""

    async def verb(templates: Templates) -> int:
        whole = (await own_pack(templates, version)).over(builtin())
        if name and name not in whole.files:
            near = next(iter(difflib.get_close_matches(name, whole.files, 1)), None)
            raise Unpublishable(
                f"{version} has no {name}" + (f"; did you mean {near}?" if near else "")
            )
        if name:
            sys.stdout.write(whole.files[name])
        elif as_json:
            _say_json(dict(whole.files))
        else:
            sys.stdout.writelines(f"{path}\n" for path in sorted(whole.files))
        return 0

    return verb


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[str]:
    """A unified difference of all files."""
    for name in sorted({*before, *after}):
        one, other = before.get(name, ""), after.get(name, "")
        if one != other:
            yield from difflib.unified_diff(
                one.splitlines(), other.splitlines(), f"a/{name}", f"b/{name}", lineterm=""
            )


def who() -> str:
    """Who calls, for the record."""
    try:
        return f"{getpass.getuser()} (command line)"
    except OSError:
        return "the command line"


def _judged(judgement: Judgement, *, as_json: bool, hints: bool = False) -> int:
    if as_json:
        _say_json({"version": judgement.version, **_problems(judgement)})
    else:
        sys.stderr.writelines(f"error: {problem}\n" for problem in judgement.problems)
        told = [each for each in judgement.findings if hints or each.level != "hint"]
        sys.stderr.writelines(f"{finding}\n" for finding in told)
        objections = len(judgement.objections())
        said = f"{objections} problems forbid to publish it" if objections else _FIT
        sys.stdout.write(f"{judgement.version}: {said}\n")
    errors = any(each.level == "error" for each in judgement.findings)
    return 1 if judgement.problems or errors else 0


def _problems(judgement: Judgement) -> dict[str, object]:
    return {
        "errors": [_problem(each) for each in judgement.problems],
        "findings": msgspec.to_builtins(judgement.findings),
    }


def _problem(problem: TemplateProblem) -> dict[str, object]:
    place = problem.place
    return {
        "file": place.template,
        "line": place.line,
        "column": place.column,
        "message": problem.message,
        "nearest": problem.nearest,
    }


def _published(said: Publication, *, as_json: bool) -> int:
    if as_json:
        _say_json(msgspec.to_builtins(said))
        return 0
    part = f"{said.share} of a hundred mails" if said.action == "canary" else "all mails"
    where = f" of {said.scope}" if said.scope else ""
    sys.stdout.write(f"{said.version} is used for {part}{where} within two seconds\n")
    return 0


def _marks(shown_: Shown) -> dict[str, object]:
    return {"live": shown_.live, "canary": shown_.canary, "share": shown_.share}


def _used(shown_: Shown) -> str:
    live = [f"live{_of(scope)}" for scope in shown_.live]
    return ", ".join([*live, *(f"canary {shown_.share} %{_of(scope)}" for scope in shown_.canary)])


def _of(scope: str) -> str:
    return f" for {scope}" if scope else ""


def _when(shown_: Shown) -> str:
    return f"{shown_.head.created_at:%Y-%m-%d %H:%M}"


def _row(said: Publication) -> tuple[str, ...]:
    action = f"canary {said.share} %" if said.action == "canary" else said.action
    at = f"{said.at:%Y-%m-%d %H:%M}"
    return at, action, said.version, said.scope or "all", said.actor, said.note


def _say_table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=None, header_style="bold")
    for name in names:
        table.add_column(name, no_wrap=name != "note")
    for row in rows:
        table.add_row(*row)
    (Console() if sys.stdout.isatty() else Console(width=250)).print(table)


def _say_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
