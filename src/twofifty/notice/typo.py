"""The e-mail address that was perhaps meant, where mail to one came back. Pure.

A guess for a person to look at, never to be written to by itself. Only names of mailboxes that many
people have are suggested; whoever has one of them, or a name that is like none, gets no suggestion.
"""

from typing import Final

COMMON: Final = (
    "gmail.com yahoo.com hotmail.com outlook.com icloud.com aol.com live.com msn.com "
    "googlemail.com ymail.com protonmail.com proton.me mail.com me.com mac.com zoho.com gmx.de "
    "web.de t-online.de freenet.de gmx.net gmx.at gmx.ch bluewin.ch posteo.de mailbox.org "
    "yahoo.de hotmail.de outlook.de live.de yahoo.fr hotmail.fr outlook.fr live.fr orange.fr "
    "free.fr laposte.net sfr.fr wanadoo.fr bbox.fr neuf.fr libero.it virgilio.it alice.it "
    "tin.it tiscali.it hotmail.it yahoo.it outlook.it yahoo.es hotmail.es outlook.es "
    "telefonica.net yahoo.co.uk hotmail.co.uk outlook.co.uk live.co.uk btinternet.com sky.com "
    "virginmedia.com talktalk.net ntlworld.com ziggo.nl kpnmail.nl hetnet.nl planet.nl "
    "xs4all.nl hotmail.nl live.nl telenet.be skynet.be proximus.be wp.pl onet.pl interia.pl "
    "gazeta.pl seznam.cz centrum.cz comcast.net verizon.net sbcglobal.net bellsouth.net "
    "charter.net cox.net rogers.com shaw.ca sympatico.ca bigpond.com optusnet.com.au "
    "yahoo.com.au yahoo.ca hotmail.ca yahoo.co.in rediffmail.com yahoo.co.jp yahoo.com.br "
    "hotmail.com.br uol.com.br bol.com.br terra.com.br yandex.ru mail.ru naver.com hanmail.net "
    "foxmail.com"
).split()
"""What people write most stands first: of equals the first is suggested."""

RIGHT: Final = frozenset(COMMON) | frozenset(
    "email.com gmx.com gmx.fr gmx.es gmx.it mail.de mail.fr email.de email.it email.cz mail.cz "
    "o2.pl tlen.pl op.pl vp.pl att.net mail.ch gmx.us live.it live.se live.dk live.no live.ca "
    "live.com.au live.be live.cn live.jp hotmail.be hotmail.se hotmail.dk hotmail.no hotmail.ch "
    "hotmail.gr yahoo.at yahoo.ch yahoo.be yahoo.se yahoo.dk yahoo.no yahoo.gr yahoo.ie yahoo.in "
    "yahoo.pl yahoo.ro yahoo.com.mx yahoo.com.ar yahoo.com.tw yahoo.com.hk yahoo.com.sg yahoo.cn "
    "outlook.at outlook.be outlook.dk outlook.ie outlook.pt outlook.cl outlook.jp outlook.com.br "
    "outlook.com.au aol.de aol.fr aol.it aol.es aol.co.uk aim.com pm.me tutanota.com "
    "tuta.io tuta.com hey.com fastmail.com fastmail.fm yandex.com ya.ru inbox.ru list.ru bk.ru "
    "qq.com 163.com 126.com sina.com sohu.com daum.net abv.bg ukr.net ig.com.br r7.com wanadoo.nl "
    "home.nl upcmail.nl chello.nl online.nl free.com free.de orange.com orange.es orange.net "
    "club-internet.fr numericable.fr cegetel.net aliceadsl.fr noos.fr inwind.it iol.it email.es "
    "blueyonder.co.uk ntlworld.co.uk tiscali.co.uk talk21.com tesco.net arcor.de vodafone.de "
    "online.de kabelmail.de mailbox.de web.com sky.de cox.com mac.de".split()
)
"""Names that are somebody's, however like another they are."""

_ALL: Final = (*COMMON, *sorted(RIGHT.difference(COMMON)))

_TOP_SLIPS: Final = ("con", "cmo", "ocm", "vom", "xom", "cim", "cpm", "coom", "comm", "ccom", "c0m")
"""No country has them; all of them are `com`, slipped on the keys."""

_MOST: Final = 2
"""Slips of the keys that are guessed at."""

_SHORT: Final = 7
"""Names up to so long are like too many others at two slips."""

_TINY: Final = 3
"""First parts up to so long are like too many others at one, unless letters are swapped."""


def suggestion(address: str) -> str | None:
    """The address that was perhaps meant; None where nothing is likely. Its domain is in lower
    case; the part before the `@` stays as it was written."""
    local, at, domain = address.strip().rpartition("@")
    written = domain.lower()
    if not (local and at) or written in RIGHT:
        return None
    tidy = written.strip(".,;").replace(",", ".").replace("..", ".").replace(" ", "")
    meant = _meant(tidy)
    return None if meant is None or meant == written else f"{local}@{meant}"


def _meant(domain: str) -> str | None:
    if domain in RIGHT:
        return domain
    if domain and "." not in domain:
        return next((one for one in COMMON if domain in _undotted(one)), None)
    return _nearest(domain) or _with_top(domain)


def _undotted(common: str) -> tuple[str, str]:
    """A name without its end, and without its dots."""
    return common.partition(".")[0], common.replace(".", "")


def _with_top(domain: str) -> str | None:
    """The rest may be a shop's own name, which nobody can guess at."""
    rest, _, top = domain.rpartition(".")
    return f"{rest}.com" if rest and top in _TOP_SLIPS else None


def _nearest(domain: str) -> str | None:
    close = [one for one in _ALL if abs(len(one) - len(domain)) <= _MOST]
    apart = [slips(domain, one) for one in close]
    nearest = min(apart, default=len(domain))
    near = close[apart.index(nearest)] if close else ""
    far = nearest > (1 if len(near) <= _SHORT else _MOST)
    return None if far or not _alike(domain, near) else near


def _alike(domain: str, near: str) -> bool:
    name, first = domain.partition(".")[0], near.partition(".")[0]
    return len(first) > _TINY or name == first or sorted(domain) == sorted(near)


def slips(one: str, other: str) -> int:
    """How many slips of the keys lie between two words: a letter too many, missing or wrong, or two
    neighbours swapped, no letter touched twice."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row, above = row, [at], before
        for place, wanted in enumerate(other, 1):
            swapped = at > 1 and place > 1 and (letter, one[at - 2]) == (other[place - 2], wanted)
            row.append(
                min(
                    before[place] + 1,
                    row[place - 1] + 1,
                    before[place - 1] + (letter != wanted),
                    above[place - 2] + 1 if swapped else len(one) + len(other),
                )
            )
    return row[-1]
