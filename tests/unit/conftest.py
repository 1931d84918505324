"""Tests that are coroutines run in the loop that the service has, for a minute at most."""

import asyncio
import inspect

import pytest
import uvloop

_SECONDS = 60.0


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs a coroutine function with its fixtures."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    named = inspect.signature(pyfuncitem.obj).parameters
    given = {name: pyfuncitem.funcargs[name] for name in named}
    uvloop.run(asyncio.wait_for(pyfuncitem.obj(**given), _SECONDS))
    return True
