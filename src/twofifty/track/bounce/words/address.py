"""Said of an address that will not work."""

from typing import Final

FULL: Final = r"""
(?:mail ?box|mail ?folder|in ?box|mail ?drop|account|maildir)(?: \S{1,80}| for \S{1,80})?(?: is
    | has| was| appears to be)?(?: currently| already| temporarily)? (?:full|over ?quota
    |over its|over the|out of|exceed|overflow|size exceeded|too large|too full)
mailbox(?:es)? (?:quota|size|space|storage|disk) ?(?:limit )?(?:exceed|is full|usage)
mailbox(?:es)? (?:quota|size|space|storage|disk) ?(?:limit )?not enough
(?<!message size )exceed(?:s|ed|ing)?(?: \w+){0,4} (?:quota|mailbox|storage|disk|allowed size)
(?<!message size )exceed(?:s|ed|ing)?(?: \w+){0,4} allowed space
(?:over|out of|(?<!message size )exceed\w*|insufficient|no)(?: \w+){0,2} ?(?:disk )?quota
quota(?: \w+){0,3} (?:exceed|full|violat|reach|limit)
\bquota exceed
disk ?quota
overquota
(?:storage|disk|space)(?: \w+){0,2} (?:exceed|limit reached|not enough|is full)
insufficient(?: \w+){0,2} (?:storage|space)(?! .{0,20}system)
not enough (?:storage|disk|space)
no(?:t enough)? (?:space|room) (?:left )?(?:in|for|on)? ?(?:mail|user|recipient|device)?
too much mail stored
too many messages (?:in|on) (?:this|the|your|his)
maximum mailbox size
mailbox full
mail box full
mailbox is full
box is full
inbox full
account is full
(?:recipient|user)(?:'s)?(?: \w+){0,2} (?:storage|space|is over|over its|has exceeded)
boite pleine
full mailbox
mail box space not enough
mailbox space
mail space
over ?quotaperm
message store is full
user is overquota
"""

MOVED: Final = r"""
has moved
user (?:has )?moved
no longer on (?:this )?server
no forwarding address
not our customer
address (?:has )?(?:been )?changed
recipient no longer (?:on|at|with)
has been replaced by
please use (?:the )?(?:new|following) address
moved to (?:another|a new)
changed (?:their|his|her|its) (?:e-?mail )?address
"""

NO_MAIL: Final = r"""
null ?mx
(?:does not|doesn't|do not|cannot) (?:accept|receive|take) (?:any )?(?:e-?)?mail\b(?! from)
not (?:accept|receive|take) (?:any )?(?:e-?)?mail\b(?! from)
indicated no smtp service
no host found for existing smtp
nullmx
no mail (?:is )?accepted
domain (?:does not|doesn't) accept
host/domain does not accept mail
no mx record
mx records? (?:not|could not)
no mail exchanger
missing mx
(?:invalid|unusable|bad) mx
unexpected name server reply
all relevant mx records point to non-existent
couldn't find a mail exchanger
no email server (?:was )?found
mx (?:lookup|resolution) (?:failed|failure)(?!.*temporar)
"""

HOST: Final = r"""
(?:host|domain|system|server|hostname|site)(?: name| or domain name| address)?(?: \S{1,120})?[ ]
    (?:is |was |could |can )?(?:unknown|not ?(?:be )?found|not known|does(?: not|n't) exist
    |invalid)
(?:unknown|no such|bad|invalid|illegal|non-?existent|unroutable|unrouteable|unresolvable)[ ]
    (?:mail )?(?:destination )?(?:host|domain|system address|mail domain
    |address\b(?=.{0,20}domain))
bad destination system
illegal host/domain
unrout(?:e)?able (?:mail )?(?:domain|address)
nxdomain
domain name not found
no such domain
couldn't find any host
host not found(?!, try)
dns (?:error|lookup failure|lookup failed|failure): ?(?:.{0,80})(?:not found|nxdomain|no such)
address not found in dns
could(?: not|n't) (?:be )?(?:resolve|look(?:ed)? up|find)(?:d)? (?:the )?(?:host|domain)
could(?: not|n't) (?:be )?(?:resolve|look(?:ed)? up|find)(?:d)? (?:the )?recipient'?s? domain
could(?: not|n't) (?:be )?(?:resolve|look(?:ed)? up|find)(?:d)? (?:the )?mail server
name or service not known
domain (?:has )?(?:expired|is not (?:active|valid|hosted)|is no longer|suspended|not hosted)
all host address lookups failed permanently
domain is not reachable
cannot resolve
not a valid domain
unable to look ?up
no route to domain
unrouteable address
the (?:recipient'?s? )?domain (?:name )?(?:in|of|portion)
host or domain name not found(?!.{0,80}try again)
(?:recipient|destination) domain (?:not found|unknown)
name service error for (?:name|domain)?.{0,160}(?:host not found(?!, try)|host unknown)
"""

UNKNOWN: Final = r"""
(?:recipient|address|user)s? cannot be verified
(?:account|user|mailbox) (?:or \w+ )?may not exist
lookup in \w+ map failed
not a member of domain
wrong recipients?
(?:user|recipient|account|mail ?box|address|e-?mail address|person|customer|login|alias|name
    |destination|adress|box|id)(?: \S{1,100}| name| you (?:tried|entered|specified)[^.]{0,40})?
    (?: (?:does|do|did|is|was|has|could|can|you tried to reach|are))? ?(?:not|n't|no) (?:be )?
    (?:exists?|found|known|valid|listed|recogni[sz]ed|registered|located|available here|active
    |a valid|a local|an? existing|configured|correct|in use|defined|longer (?:valid|exist
    |available|in use|active|accepted|here|with))
(?:does|do|did)(?: not|n't) exist
doesn't exist
non-?existent (?:user|recipient|mailbox|address)
(?:does|do)(?: not|n't) have an? (?:\S+ )?(?:\S+ )?account
no (?:such )?(?:mailbox|account|person|addressee)(?: here)?(?: by that name| with)?
no (?:such )?(?:e-?mail address|virtual user)(?: here)?(?: by that name| with)?
no (?:such )?valid recipients?(?: here)?(?: by that name| with)?
no mailbox here
(?:bad|invalid) (?:destination )?(?:recipient|mailbox|e-?mail)(?: address| name| syntax)?
illegal (?:destination )?(?:recipient|mailbox|e-?mail)(?: address| name| syntax)?
(?:incorrect|wrong) (?:destination )?(?:recipient|mailbox|e-?mail)(?: address| name| syntax)?
malformed (?:destination )?(?:recipient|mailbox|e-?mail)(?: address| name| syntax)?
bad destination mailbox
invalid (?:user|address|account)
recipient name is not recogni[sz]ed
not listed in (?:domino|public|the)
not in (?:the )?directory
5\.4\.1 .{0,80}recipient address rejected: access denied
(?:recipient|^\S* ?#?[\d.]*) ?address rejected\.?\s*(?:\(|$)
address (?:rejected|unknown|not found)(?=.{0,60}(?:unknown|no such|not found))
mailbox (?:is )?(?:unavailable|not available|not found|unknown|invalid|doesn)
unavailable mailbox
(?:user|recipient|account|mailbox|person) (?:has )?(?:left|is gone|deleted|been deleted)
(?:user|recipient|account|mailbox|person) (?:has )?removed
(?:account|mailbox|user) (?:has been |was |is )(?:deleted|removed|purged|cancell?ed)
recipient(?: address)? (?:\S+ )?(?:is )?(?:unknown|not found|invalid)
recipients? unknown
recipnotfound
recipient ?not ?found
nosuchuser
resolver\.adr\.\w*notfound
badlogin
couldn't find (?:the )?(?:recipient|user|address)
wasn't found at
(?:isn't|not) in our records?
(?:user|address|name|account) (?:is |was )?(?:un|not )recogni[sz]ed
i don't know who that is
delivery to the following recipients? (?:has )?failed because.{0,40}(?:invalid|unknown)
no longer (?:with|works?|employed|at this|active|valid|in use|accepts|used|associated)
(?:user|mailbox|recipient) (?:is )?not (?:local|here|on this)
unknown (?:or illegal )?alias
(?:unknown|illegal) (?:local[- ]part|mailbox|address|account|recipient|local user)
unknown (?:or illegal|or invalid) (?:user|recipient|address)
does not like recipient\.?\s*$
(?:not a|no) (?:valid|known) (?:user|mailbox|recipient|account|address)
ambiguous address
undeliverable address
address does not exist
domain or user not found
destination mailbox address
typed? the (?:recipient'?s? )?(?:e-?mail )?address (?:in)?correctly
mistyped
unknown to address
no account by that name
vdeliver: invalid
user doesn't
not our user
unknown person
badrcpt
recipient(?:'s)? (?:mailbox|address) (?:is )?(?:invalid|not valid|unknown)
relay_?recipient.{0,30}unknown
verify.{0,30}(?:no such|unknown)
illegal user
invalid local part
"""
"""There is no such mailbox: said so that it cannot be meant otherwise."""

DOUBTED: Final = r"""
check (?:if |that |whether )?(?:the |your )?(?:recipient'?s? )?(?:e-?mail )?address(?:es)?
verify (?:if |that |whether )?(?:the |your )?(?:recipient'?s? )?(?:e-?mail )?address(?:es)?
correct (?:if |that |whether )?(?:the |your )?(?:recipient'?s? )?(?:e-?mail )?address(?:es)?
"""
"""Advice, where nothing else is said."""

BARE: Final = r"""
(?:user|recipient|usr|addressee|local ?part|customer|subscriber) (?:is )?unknown
unknown (?:user|usr|recipient|customer|subscriber|address)
no such (?:user|recipient|usr|person|address)
user (?:name )?(?:does )?not (?:exist|found|known)
not an? (?:registered|known) (?:gateway )?(?:user|recipient)
user not exist
user \S{1,80} unknown
no such \S{0,20} ?here
user ?unknown
no user
recipient ?unknown
"""
"""There is no such mailbox: in the formula that some sites answer to every mail that they, or
their customer, do not want. It needs a witness; see `verdict`."""
