"""Whether mail to a domain arrives anywhere: bounces, and answers of customers."""

import ipaddress

from twofifty.deliver.posture.dns import Answer, Asking, Unknown, ask, known, mail_hosts
from twofifty.deliver.posture.finding import Finding, Findings, unchecked

MOST_HOSTS = 5


def judge_receiving(domain: str, what: str) -> Asking[Findings]:
    """`what` goes to the domain (`bounces`, `answers`)."""
    name = f"mx {domain}"
    try:
        answer = yield from known(domain, "MX")
        return ((yield from _judged(name, domain, what, answer)),)
    except Unknown as unknown:
        return (unchecked(name, unknown.why),)


def _judged(name: str, domain: str, what: str, answer: Answer) -> Asking[Finding]:
    if answer.absent:
        return Finding(name, "fail", f"the domain {domain} does not exist; {what} go nowhere")
    hosts = mail_hosts(answer)
    if not hosts:
        return (yield from _implicit(name, domain, what))
    if "" in hosts:
        words = f"a null MX says that {domain} takes no mail (RFC 7505)"
        return Finding(name, "fail", f"{words}; {what} are lost, and receivers refuse its mail")
    return (yield from _hosted(name, hosts, what))


def _implicit(name: str, domain: str, what: str) -> Asking[Finding]:
    """RFC 5321 5.1: a domain without MX is its own mail host."""
    if (yield from has_address(domain)):
        words = f"no MX; {what} go to the host {domain} itself: publish an MX record"
        return Finding(name, "warn", words)
    words = f"neither MX nor address: {what} go nowhere, and receivers refuse mail from it"
    return Finding(name, "fail", f"{words}; publish an MX record")


def _hosted(name: str, hosts: tuple[str, ...], what: str) -> Asking[Finding]:
    dead: list[str] = []
    for host in hosts[:MOST_HOSTS]:
        if _literal(host):
            words = f"the MX names the address {host}, where a host name belongs (RFC 1035)"
            return Finding(name, "fail", words)
        if not (yield from has_address(host)):
            dead.append(host)
    if len(dead) == len(hosts):
        return Finding(name, "fail", f"no MX host has an address: {', '.join(dead)}")
    if dead:
        return Finding(name, "warn", f"these MX hosts have no address: {', '.join(dead)}")
    return Finding(name, "ok", f"{what} go to {', '.join(hosts[:MOST_HOSTS])}")


def has_address(host: str) -> Asking[bool]:
    """A or AAAA. Raises Unknown where nobody could say."""
    four = yield from ask(host, "A")
    if four.records:
        return True
    six = yield from ask(host, "AAAA")
    if six.records:
        return True
    why = four.unknown or six.unknown
    if why:
        raise Unknown(f"address of {host}: {why}")
    return False


def _literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
