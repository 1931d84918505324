"""Said of mail that may arrive another time."""

from typing import Final

DISABLED: Final = r"""
(?:account|mail ?box|user|address|e-?mail|recipient|domain)(?: \S{1,80}| address| account)?
    (?: \w+){0,4}? (?:is |has been |was |been )?(?:temporarily |currently )?(?:disabled
    |suspended|inactive|deactivated|frozen|blocked by the admin|locked|dormant|closed|on hold
    |discontinued|expired|not active(?:ated)?|restricted|terminated|disconnected)\b
(?:disabled|suspended|inactive|frozen) (?:recipient|user|account|mail ?box|address|e-?mail)
(?:locked|closed|deactivated|dormant) (?:recipient|user|account|mail ?box|address|e-?mail)
(?:discontinued|expired) (?:recipient|user|account|mail ?box|address|e-?mail)
account is temporarily limited
disableduser
inactiveuser
not been used for
delivery (?:to this|suspended for)(?: \w+){0,2} (?:user|account|mailbox|recipient|address)
is a deactivated
user does not accept mail now
not (?:currently )?accepting (?:messages|mail) on this
account is not (?:active|accepting)
mailbox currently suspended
mail ?box disabled
boite (?:du destinataire )?(?:archivee|bloquee)
"""

FILTERED: Final = r"""
recipient(?:'s)?(?: \w+){0,2} preferences?
refused by (?:the )?recipient
because of recipient
(?:recipient|user|they) (?:has |have )?(?:refused|rejected|declined|blocked|denied)
(?:recipient|user|they) (?:has |have )?only accepts
(?:not|n't) (?:accept|want|accepting) (?:mail|messages|e-?mail)s? from (?:you|this|external)
(?:not|n't) (?:accept|want|accepting) (?:mail|messages|e-?mail)s? from (?:the outside|outside)
(?:not|n't) (?:accept|want|accepting) (?:mail|messages|e-?mail)s? from (?:your|\S+@)
message filtered
filtered by (?:the )?(?:recipient|user)
recipient (?:is )?not accepting
delivery (?:to|for) this (?:user|recipient) (?:is )?restricted
(?:you are|sender|address) (?:is )?(?:not )?(?:in|on) (?:the )?(?:recipient|user)'?s? white
(?:you are|sender|address) (?:is )?(?:not )?(?:in|on) (?:the )?(?:recipient|user)'?s? black
(?:you are|sender|address) (?:is )?(?:not )?(?:in|on) (?:the )?(?:recipient|user)'?s? block
(?:you are|sender|address) (?:is )?(?:not )?(?:in|on) (?:the )?(?:recipient|user)'?s? allow
(?:you are|sender|address) (?:is )?(?:not )?(?:in|on) (?:the )?(?:recipient|user)'?s? deny
rcp-p\d
restricted (?:recipient|mailbox)
resolver\.rst
(?:blocked|reject(?:ed)?) by (?:the )?(?:recipient|user|mail ?box)(?!'s? (?:domain|server))
(?:blocked|reject(?:ed)?) by (?:the )?(?:recipient|user|mail ?box)(?!'s? (?:mail|host|organi))
due to extended inactivity
due to a recipient error
refused (?:mail|message)
permission denied(?!.{0,60}quota)
mail refused
"""

GREYLISTED: Final = r"""
gr[ea]y-?list
please (?:re)?try (?:again )?later.{0,40}gr[ea]y
deferred.{0,30}first (?:time|seen)
(?:sender|triplet|client|you) (?:is |are )?(?:not yet |un)(?:known|seen).{0,40}try again
try again in \d+ (?:s|sec|min|hour)
postgrey
"""

RATE: Final = r"""
too many(?: \w+){0,3} (?:connections?|sessions?|recipients?|messages?|mails?|errors|emails)
(?:rate|sending|message|connection|hourly|daily|volume)(?: \w+){0,2} (?:limit|exceed|throttl)
(?:throughput|concurrency)(?: \w+){0,2} (?:limit|exceed|throttl)
throttl
rate[- ]?limit
limit(?:s|ed)? (?:the )?(?:rate|number)
receiving mail (?:at a rate|too quickly)
more than \d+ (?:recipients|connections|messages)
(?:unusual|excessive) (?:rate|number|volume)(?! of unsolicited)
slow down
exceeded the maximum
(?:connection|sender) (?:refused|rejected).{0,30}too many
max(?:imum)? (?:number of )?(?:connections|recipients|messages) (?:exceeded|reached|allowed)
too (?:fast|frequent|much mail)
over (?:its|your|the) (?:sending|hourly|daily)
flood
busy.{0,30}(?:try|later)
server (?:is )?busy
"""

NETWORK: Final = r"""
connect(?:ion|ing)?(?: \w+){0,4} (?:timed ?out|refused|reset|lost|dropped|closed|failed)
connect(?:ion|ing)?(?: \w+){0,4} (?:aborted|terminated|died|broken|error|timeout|unexpectedly)
time(?:d)? ?out (?:while|during|waiting|for)
(?:no route to|can(?:not|'t) (?:connect|reach))
could(?: not|n't) (?:connect|reach|open|establish)
unable to (?:connect|reach|contact|establish|open)
network (?:is )?(?:unreachable|error|down)
host(?: \S{1,80})? (?:is )?(?:down|unreachable|not responding|not reachable)
bad connection
not (?:reachable|responding)
no (?:answer|response|reply) from
did not (?:respond|answer|reply)
(?:host|domain|name|server)(?: not found,? try| lookup failure| lookup failed| service error)
(?:host|domain|name|server).{0,30}try again
lost connection
socket error
broken pipe
connection (?:to|with) \S+ (?:was )?
(?:temporary|temp\.?|transient) (?:dns|name ?server|lookup|resolution|network)
dns (?:server|query|timeout|lookup) ?(?:fail|error|timed)?
servfail
name ?server (?:timeout|failure|error)
establish an smtp connection
wasn't able to (?:establish|connect)
did not accept our requests
tcp (?:active )?open
smtp (?:timeout|server not respond)
remote (?:server|host) (?:is )?(?:not (?:avail|respond)|unavail|down)
no hosts? available
all (?:hosts|servers) (?:are )?(?:down|fail)
could not find a gateway
no relay(?:s)? available
server unavailable
cname.{0,20}fail
unable to route
no route
routing (?:error|failure)
address family
no ipv[46]
i/o error
remote protocol error
deferred:
"""

EXPIRED: Final = r"""
(?:been|be) in (?:the )?queue too long
for more than \d+ (?:hours|days)
(?:delivery|message|retry|queue|transfer)(?: \w+){0,3} (?:time ?out|expired|exceeded)
(?:delivery|message|retry|queue|transfer)(?: \w+){0,3} time expired
(?:retry|maximum|queue) (?:time|timeout|lifetime)(?: \w+){0,3} (?:exceed|expired|reach)
(?:retry|maximum|queue) (?:attempts?|age)(?: \w+){0,3} (?:exceed|expired|reach)
(?:too long|been in the queue|time in queue)
giving up
gave up
not (?:yet )?been delivered
could not (?:be )?deliver(?:ed)? (?:for|in|within|after|the last)
after \d+(?:\.\d+)? (?:hour|day|sec)
cannot send message (?:for|within)
(?:not|been) delivered (?:within|for|in)
(?:has been )?delayed
(?:multiple|several|repeated|all|\d+) (?:retries|attempts|tries)
will (?:keep|continue) (?:trying|to)
(?:will be|still being) (?:retried|tried)
transient (?:error|failure|condition)
warning message only
(?:message|mail) (?:was )?(?:undeliverable )?(?:for|after) \d
within the allowed queue
queue expired
not reachable within
aborted after
time(?:out)? limit
could not complete
expired
"""

LOOP: Final = r"""
duplicated message-id in
loop alert
(?:too many|maximum|exceeded|max)(?: \w+){0,2} hops?
hop count
(?:mail|routing|message|forwarding) loop
loops? (?:back|detected)
forward(?:ing)? (?:loop|too)
mail for \S+ loops
"""

NAMING: Final = r"""
(?:not found|failure|failed|error),? (?:please )?(?:try|retry) again
servfail
dns server (?:fail|time)
(?:temporar\w*|transient) (?:\w+ ){0,3}(?:lookup|resol\w+|dns|name ?server)
host name lookup failure
"""
"""A name could not be looked up now: not the same as that there is none."""

SYSTEM: Final = r"""
transaction failed
queue file write error
(?:system|server|internal|local|configuration|software|i/o|database|temporary|mail system|disk
    |service|resource|queue|local delivery|unexpected|lookup|mailer|program|aliasing|command)
    (?: \w+){0,3} (?:error|fail\w*|problem|failure|unavailable|full|died|killed|trouble
    |exception)
(?:error|failure) (?:in|on|writing|reading|opening|creating|while|from)(?: \w+){0,3} file
(?:error|failure) (?:in|on|writing|reading|opening|creating|while|from)(?: \w+){0,3} mail
(?:error|failure) (?:in|on|writing|reading|opening|creating|while|from)(?: \w+){0,3} spool
(?:error|failure) (?:in|on|writing|reading|opening|creating|while|from)(?: \w+){0,3} server
(?:error|failure) (?:in|on|writing|reading|opening|creating|while|from)(?: \w+){0,3} program
(?:error|failure) (?:in|on|writing|reading|opening|creating|while|from)(?: \w+){0,3} command
(?:error|failure) (?:in|on|writing|reading|opening|creating|while|from)(?: \w+){0,3} script
(?:error|failure) (?:in|on|writing|reading|opening|creating|while|from)(?: \w+){0,3} process
cannot (?:open|create|write|lock|append|allocate)
(?:insufficient|out of|no) (?:system )?(?:resources|memory|disk space|inodes)
read-?only file
(?:try|retry)(?: again)?(?: it)? later
temporar(?:y|ily)(?: \w+){0,2} (?:unavail|reject|fail|error|defer|suspend|problem)
temporar(?:y|ily)(?: \w+){0,2} (?:not available|unable)
currently unavailable
service (?:not|un)available
can't (?:create|open|append|write|lock|chdir|find)
unable to (?:write|lock|open|create|access)
file (?:too large|exists|not found)
no space left
input/output
command (?:died|failed|output)
unknown mailer error
mailer error
core dumped
signal \d
exit(?:ed)? (?:status|code|with)
out of swap
procmail
maildrop
deliver\(\)
pipe to
cyrus
lmtp error
verp
requested action aborted
local (?:error|configuration)
mail system (?:full|not accepting)
system not (?:accepting|capable)
aliasing/forwarding
alias (?:expansion|loop)
\.forward
mailing list expansion
list expansion
"""

ON_HOLD: Final = r"""
(?:recipient|unspecified|unknown|other) error
on ?hold
undetermined
"""
