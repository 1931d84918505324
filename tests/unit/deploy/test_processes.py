"""Whatever the files start is a verb with options that it has, and settings that there are."""

from pathlib import Path

import pytest
from typer.main import get_command

from tests.unit.deploy.files import Run, runs
from twofifty.cli.main import app
from twofifty.settings import PREFIX, load, names

RUNS = list(runs())

# A secret's file holds something of the right form.
SECRETS = {
    "DATABASE_URL": "postgresql://twofifty:secret@postgres.example.com:5432/twofifty",
    "BROKER_URL": "amqp://twofifty:secret@rabbitmq.example.com:5672/",
    "SMTP_URL": "smtps://user:secret@smtp.example.com",
    "API_KEY": "a-long-random-one",
    "PAGE_SECRET": "another-long-random-one",
}


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.where)
def test_every_process_is_a_verb_with_options_that_it_has(run: Run) -> None:
    verb, *options = run.words
    command = getattr(get_command(app), "commands", {}).get(verb)
    assert command is not None, f"twofifty {verb} is no verb"
    command.make_context(verb, list(options))


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.where)
def test_every_variable_is_a_setting(run: Run) -> None:
    known = {*names(), *(f"{name}_FILE" for name in names()), "CONFIG"}
    said = {name.removeprefix(PREFIX) for name in run.environ}
    assert said
    assert not said - known


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.where)
def test_every_process_finds_its_settings(run: Run, tmp_path: Path) -> None:
    environ = {**run.environ}
    for name in [one for one in environ if one.endswith("_FILE")]:
        setting = name.removeprefix(PREFIX).removesuffix("_FILE")
        (tmp_path / setting).write_text(SECRETS[setting] + "\n", encoding="utf-8")
        environ[name] = str(tmp_path / setting)
    if PREFIX + "CONFIG" in environ:
        (tmp_path / "twofifty.toml").touch()
        environ[PREFIX + "CONFIG"] = str(tmp_path / "twofifty.toml")
    settings = load(environ, tmp_path)
    if PREFIX + "SMTP_URL_FILE" in environ:
        assert settings.smtp_url == SECRETS["SMTP_URL"]
    if PREFIX + "DATABASE_URL_FILE" in environ:
        assert settings.database_url == SECRETS["DATABASE_URL"]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.where)
def test_no_secret_stands_in_a_file_for_deployment(run: Run) -> None:
    assert not {PREFIX + name for name in SECRETS} & run.environ.keys()


@pytest.mark.parametrize(
    "run", [run for run in RUNS if run.words[0] == "serve"], ids=lambda run: run.where
)
def test_every_installation_has_a_name_so_that_its_copies_are_known(run: Run) -> None:
    assert run.environ[PREFIX + "INSTANCE"]
