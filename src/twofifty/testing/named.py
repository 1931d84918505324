"""Scripts by name, for a command line: `NAME[@SHARE][:ARGUMENT,ARGUMENT...]`.

accept                                takes everything
refuse:rcpt,550,5.1.1,no such user    5yz at a phase; code, enhanced code and text may be left out
defer@0.05:dot,451,4.3.0,busy         4yz at a phase, here for one in twenty
greylist:1,300                        times, seconds
drop:connect   reset:rcpt   hang:dot   delay:dot,0.2   drip:greeting,10   garbage:ehlo
flood:mail,1048576
drop_before_dot  drop_after_dot_untaken  take_then_drop  take_then_hang  lie
                                      for these `:0.02` may stand for `@0.02`
"""

from collections.abc import Callable, Mapping

import msgspec

from twofifty.deliver.outcome import Phase
from twofifty.testing import script as ready
from twofifty.testing.moment import PHASES, Script

FAULTS: Mapping[str, Script] = {
    "drop_before_dot": ready.drop_before_dot,
    "drop_after_dot_untaken": ready.drop_after_dot_untaken,
    "take_then_drop": ready.take_then_drop,
    "take_then_hang": ready.take_then_hang,
    "lie": ready.lie,
}


class Maker(msgspec.Struct, frozen=True):
    """A function that makes a script, and what turns each of its arguments from text."""

    make: Callable[..., Script]
    arguments: tuple[Callable[[str], object], ...]


def _phase(text: str) -> Phase:
    if text not in PHASES:
        raise ValueError(f"{text!r} is no phase; there are {', '.join(PHASES)}")
    return text


def _bytes(text: str) -> bytes:
    return text.encode()


MAKERS: Mapping[str, Maker] = {
    "accept": Maker(lambda: ready.accept, ()),
    "greylist": Maker(ready.greylist, (int, float)),
    "refuse": Maker(ready.refuse_at, (_phase, int, str, str)),
    "defer": Maker(ready.defer_at, (_phase, int, str, str)),
    "drop": Maker(ready.drop_at, (_phase,)),
    "reset": Maker(ready.reset_at, (_phase,)),
    "hang": Maker(ready.hang_at, (_phase,)),
    "delay": Maker(ready.delay_at, (_phase, float)),
    "drip": Maker(ready.drip_at, (_phase, float)),
    "garbage": Maker(ready.garbage_at, (_phase, _bytes)),
    "flood": Maker(ready.flood_at, (_phase, int)),
}


def script_named(text: str, seed: int = 1) -> Script:
    """The script that `text` names. Raises ValueError with a line a person can act on."""
    head, _, tail = text.partition(":")
    name, _, share = head.partition("@")
    if name in FAULTS:
        share, tail = tail or share, ""
    try:
        script = FAULTS[name] if name in FAULTS else _made(name, tail)
        return ready.sometimes(float(share), script, seed=seed) if share else script
    except (ValueError, TypeError) as error:
        raise ValueError(f"script {text!r}: {error}") from error


def _made(name: str, tail: str) -> Script:
    maker = MAKERS.get(name)
    if maker is None:
        raise ValueError(f"no such script; there are {', '.join([*MAKERS, *FAULTS])}")
    if not maker.arguments and tail:
        raise ValueError("takes no argument")
    texts = tail.split(",", len(maker.arguments) - 1) if tail else []
    return maker.make(*(turn(text) for turn, text in zip(maker.arguments, texts, strict=False)))
