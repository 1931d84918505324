"""Every group of verbs, a line a group, but for those about sources and templates."""

from collections.abc import Mapping

import typer

from twofifty.cli.bounce import bounce_app
from twofifty.cli.brakes import brake_app
from twofifty.cli.dkim import dkim_app
from twofifty.cli.events import events_app
from twofifty.cli.suppressions import suppressions_app
from twofifty.cli.tasks import tasks_app

GROUPS: Mapping[str, typer.Typer] = {
    "events": events_app,
    "bounce": bounce_app,
    "dkim": dkim_app,
    "suppressions": suppressions_app,
    "tasks": tasks_app,
    "brake": brake_app,
}
