"""Said of the mail, or of who sends it: nothing against the address."""

from typing import Final

VIRUS: Final = r"""
\bvirus(?:es)?\b(?! (?:& spam )?(?:fire|scan|filter|wall))
malware
\bworm\b
trojan
phishing
infected
malicious
harmful (?:content|attachment)
potentially dangerous
clamav
blocked by (?:anti)?virus
"""

SPAM: Final = r"""
(?:as|be|is|like|looks?(?: too much)? like)(?: \w+){0,4} (?:spam|junk|ube|uce|bulk)
(?:probabl[ey]|suspected|considered|detected|possible)(?: \w+){0,4} (?:spam|junk|ube|uce|bulk)
(?:classified|identified|marked|appears?|contains?)(?: \w+){0,4} (?:spam|junk|ube|uce|bulk)
(?:unsolicited|consistent with|resembles)(?: \w+){0,4} (?:spam|junk|ube|uce|bulk)
spam(?:my)? (?:message|content|mail|detected|score|filter|like|check|source|policy|reject)
spam(?:my)? (?:blocked|probability|assassin|ming)
(?:message|mail|content)(?: \w+){0,4} spam
\bspam\b.{0,30}(?:reject|block|refus|detect|denied|abuse)
(?:reject|block|refus|detect|denied)\w* .{0,30}\bspam\b
\bube\b
\buce\b
anti-?spam
no spam
spam
unsolicited
junk ?mail
bulk ?(?:e-?)?mail
bayes
content (?:rejected|filter)
blacklisted (?:url|link)
(?:sending|high) (?:spam|volume of unsol)
likely suspicious
suspicious due to
mail rejete
(?:dcc|razor|pyzor|surbl|uribl|cloudmark|rspamd)\b
local policy.{0,20}spam
#spam
hvu:b\d
"""

BLOCKED: Final = r"""
(?:client|sender|sending|your|remote|connecting|source|this|the) (?:host|ip|server|network|mta
    |ip address|address|domain|mail ?server|system|machine)(?: address)?
    (?: ?[\[(]?[\d.a-f:]+[\])]?)?(?: \S{1,60})?(?: \w+){0,4} (?:block|blacklist|list|ban|reject
    |denied|refus|deni|not allowed|poor|bad|deferred)\w*
(?:block|black|deny|reject)(?:ed|list|listed|-list)?(?: \w+){0,3} (?:using|by|at|in|due|because
    |for|on) (?:\S+\.)?(?:\w+bl\b|rbl|dnsbl|spamhaus|spamcop|barracuda|sorbs|cbl|abuseat|njabl
    |zen|list|see|http)
\brbl\b
dnsbl
spamhaus
spamcop
sorbs
abuseat
barracudacentral
mail-abuse
senderscore
sbl\b
\bxbl\b
blacklist
black-list
blocklist
block list
on our (?:block|black|deny)
dynamic(?:ally)? (?:ip|assign|range|address)
dial-?up
residential
ip (?:address )?(?:reputation|name possibly)
banned
bannedsend
(?:bad|poor|low|no|negative|sender) reputation
reputation (?:of|is|too|score|problem)
reputation
access(?: \w+){0,3} (?:denied|rejected|refused|blocked)(?: from| for| by| to your|\.|$)
access(?: \w+){0,3} (?:denied|rejected|refused|blocked) due to
connections?(?: \w+){0,3} (?:denied|rejected|refused)(?: from| for| due to| because)
connections?(?: \w+){0,3} (?:not accepted|blocked)(?: from| for| due to| because)
\(?(?:rtr|rly|hvu|dyn|con|dns|ipts|tss?):?[a-z]{0,2}\d{1,2}\)
you (?:are|have been|were) (?:block|ban|denied|not allow)
(?:not accept(?:ed|ing)?|refus\w+|reject\w*|deni\w+|block\w*|deferred)(?: \w+){0,4} (?:from|by)[ ]
    (?:your|this|the) (?:ip|host|server|network|mail ?server|domain|address range|client)
your ip
user complaints
complaints? (?:about|from|rate)
cannot send e-?mail to yourself
refused to talk to
helo (?:command )?rejected
(?:bad|invalid) (?:helo|ehlo|host ?name)
ehlo/helo
service (?:unavailable|not available|refused|denied)[;,].{0,60}(?:client|host|block|\[)
network is (?:on|in)
listed (?:in|at|on|by)
mail from (?:ip )?\[?[\d.]+\]? (?:rejected|refused|denied)
connection rejected by policy
connected to \S+ but (?:greeting failed|my name)
not (?:an? )?(?:authori[sz]ed|permitted|allowed) (?:host|mta|ip|server|relay host)
ptr1
temporarily deferred due
unallocated
bogon
geo
country (?:is )?(?:blocked|not)
proxy
open relay
tor exit
"""

REVERSE_DNS: Final = r"""
mismatch\w* (?:\w+ ){0,2}(?:ip|client|host)
(?:ip|host|client)(?: \w+){0,3} mismatch
(?:reverse|inverse|r)[- ]?dns
\bptr\b
(?:reverse|ip)(?: address)?(?: \w+){0,3} (?:lookup|resol\w+|hostname|name)(?: \w+){0,3} (?:fail
    |not|miss|invalid|required)
fcrdns
(?:cannot|can't|could not|unable to|not) (?:find|resolve|have)(?: \w+){0,4} (?:reverse|ptr)
(?:cannot|can't|could not|unable to|not) (?:find|resolve|have)(?: \w+){0,4} your (?:host)?name
(?:cannot|can't|could not|unable to|not) (?:find|resolve|have)(?: \w+){0,4} your ip
(?:cannot|can't|could not|unable to|not) (?:find|resolve|have)(?: \w+){0,4} hostname
(?:client|your)(?: \w+){0,2} host ?name
no (?:host|domain) ?name (?:for|assoc)
generic (?:ptr|rdns|rev)
unresolvable (?:ip|client|address)
does not resolve to (?:a )?(?:host|name)
missing (?:ptr|reverse)
"""

AUTHENTICATION: Final = r"""
\bspf\b
\bdkim\b
\bdmarc\b
\bdomainkeys?\b
sender[- ]?id\b
unauthenticated
not authenticated
(?:authentication|auth)(?: \w+){0,3} (?:fail|check|require|need|not pass|error|unsuccess)
(?:authentication|auth)(?: \w+){0,3} information
(?:fail|pass|lack|missing)\w*(?: \w+){0,4} authentication
not (?:a )?designated
openspf
\barc\b seal
(?:sender|from) (?:domain|address)?(?: \w+){0,3} (?:policy framework|is not authenticated)
signature
5\.7\.(?:20|21|22|23|24|26|29|30)\b
"""

SENDER: Final = r"""
(?:sender|from|return|reverse-?path|envelope|mail from|originator)(?: ?address| domain| header)?
    (?: ?\S{0,100})(?: (?:is|was|has|has been|address|verif\w+|domain|be))?:? ?(?:not (?:exist
    |found|valid|allow|verified|permitted|authori[sz]ed|accepted)|reject|refus|denied|deni
    |invalid|unknown|block|den|verif\w+ (?:fail|err)|verify (?:fail|err)|unverif|does ?n[o']t
    |could not|not|forbid|unauthori[sz])
(?:bad|invalid|unknown|illegal) (?:sender|return|from|reverse|originator|envelope|mail from)
(?:rejected|unverified|forged) (?:sender|return|from|reverse|originator|envelope|mail from)
(?:wrong|fake|missing) (?:sender|return|from|reverse|originator|envelope|mail from)
(?:unauthori[sz]ed|malformed) (?:sender|return|from|reverse|originator|envelope|mail from)
(?:unresolvable|unrouteable) (?:sender|return|from|reverse|originator|envelope|mail from)
restricted (?:sender|return|from|reverse|originator|envelope|mail from)
(?:sender|from) (?:was |is |has been )?(?:rejected|refused|denied)
sender (?:verify|verification)
not (?:allowed|permitted|authori[sz]ed) to (?:send|post|relay|submit|use)
null sender
empty (?:envelope )?sender
domain of sender
sender domain
sender's (?:e-?mail|domain|address)
spoof
\bforge
(?:only|must be)(?: \w+){0,3} (?:senders?|members?|subscribers?) (?:can|may|allowed|are)
not a member(?! of domain)
send(?:ing)?(?: this)? (?:mail )?(?:from|as) (?:a different|this address|another)
different address or alias
customfromdenied
bogus (?:sender|from)
backscatter
bounces? (?:are )?not accepted
1 char sender
sender rejected
rejected sender
your (?:e-?mail )?(?:address|domain) (?:is|was|has been) (?:not|reject|blocked|refused|denied)
your (?:e-?mail )?(?:address|domain) (?:is|was|has been) invalid
access denied\W*$
not accepting mail from
mail from\S* (?:refused|reject)
(?:verify )?mail-?from (?:failed|mismatch)
permission to post
5\.1\.[78]\b
5\.7\.27\b
verification failed
couldn't verify (?:the )?sender
header from
"""

GREETING: Final = r"""
my name was rejected
(?:invalid|bad|illegal|unknown|unresolvable) (?:helo|ehlo)
helo (?:command )?reject
(?:helo|ehlo)[^.]{0,40} (?:invalid|reject|refus|not|unknown|does)
"""
"""We are refused by the name with which we greet."""

RELAY: Final = r"""
relay(?:ing)?(?: \w+){0,3} (?:denied|not|prohibited|refused|disallowed|block|reject|deni)
relay(?:ing)?(?: \w+){0,3} disabled
(?:not|no|deny|unable to|cannot|can't|won't|insecure mail|unauthori[sz]ed)(?: \w+){0,3} relay
(?:denied|refuse to|will not|reject\w* for|attempt to|third[- ]party)(?: \w+){0,3} relay
not (?:a )?(?:gateway|local) (?:host|domain)
(?:domain|recipient|address|host)(?: \S{1,80})? (?:is )?not (?:in|on|one of)(?: \w+){0,3}[ ]
    (?:rcpthosts|list|allowed|local domains)
rcpthosts
(?:not|isn't) (?:in )?my list of allowed
not hosted (?:here|on)
must (?:first )?(?:authenticate|issue|log ?in|check)
(?:smtp )?auth(?:entication)? (?:is )?required
pop before
please (?:authenticate|log ?in|use smtp auth)
mail server requires authentication
no relay
send_second_ehlo
not advertise auth
smtp authentication
relay access
relay not
5\.7\.64\b
"""

TOO_BIG: Final = r"""
(?:message|mail|e-?mail|body|attachment|content|header|data)(?: \w+){0,3}(?: size)?
    (?: \w+){0,3} (?:too (?:big|large)|exceed\w*(?! .{0,20}quota)|larger than|over the (?:size
    |limit|max)|bigger than)
message size exceeds your quota
(?:max(?:imum)?|fixed|allow\w*)(?: \w+){0,4} (?:message|mail|e-?mail|attachment) ?(?:size|len)
exceed\w*(?: \w+){0,4} (?:message|mail|e-?mail|attachment) ?(?:size|len)
(?:size|length)(?: \w+){0,3} (?:limit|exceed|violat|restrict)\w*
too (?:big|large) (?:for|a|message|mail)
exceed(?:s|ed)? (?:the |a |our )?(?:maximum|size|fixed)(?: \w+){0,4}(?:size|limit|length)
exceed(?:s|ed)? (?:the |a |our )?administrative(?: \w+){0,4}(?:size|limit|length)
message (?:file )?too (?:big|large)
mesg ?too ?big
file too big
(?:line|header) too long
\bmsgsize\b
552[ -](?:5\.3\.4|5\.2\.3)
5\.3\.4\b
5\.2\.3\b
mail size limit
datasize
large(?:r)? than
"""

CONTENT: Final = r"""
(?:attachment|file ?type|extension|content|body|subject|charset|character set|language|html|url
    |link|mime)(?: \S{1,60})?(?: \w+){0,3} (?:not (?:allow|accept|permit|support)|reject|block
    |denied|forbid|prohib|illegal|invalid|refus|violat|restrict|banned|unaccept|conver)\w*
illegal(?: \w+){0,2} (?:attachment|content|file|extension|mime|encoding|body|character)
(?:bad|banned)(?: \w+){0,2} (?:attachment|content|file|extension|mime|encoding|body|character)
forbidden(?: \w+){0,2} (?:attachment|content|file|extension|mime|encoding|body|character)
prohibited(?: \w+){0,2} (?:attachment|content|file|extension|mime|encoding|body|character)
disallowed(?: \w+){0,2} (?:attachment|content|file|extension|mime|encoding|body|character)
unsupported(?: \w+){0,2} (?:attachment|content|file|extension|mime|encoding|body|character)
unacceptable(?: \w+){0,2} (?:attachment|content|file|extension|mime|encoding|body|character)
executable(?: \w+){0,2} (?:attachment|content|file|extension|mime|encoding|body|character)
invalid(?: \w+){0,2} (?:attachment|content|file|extension|mime|encoding|body|character)
blocked(?: \w+){0,2} (?:attachment|content|file|extension|mime|encoding|body|character)
message content
(?:message|mail|content|improper) (?:format|structure)
8-?bit(?:mime)?
8bit
bare (?:lf|cr|line)
conversion (?:required|not|fail|prohib)
improper use of 8-bit
unicode
smtputf8
internationali[sz]ed
media (?:not|type)
undecodable
eai\b
duplicate (?:content|message|header)
redundant
"""

FORMAT: Final = r"""
\brfc ?-?\d{3,4}\b
rfc2?822
not (?:rfc|compliant|conform)
(?:missing|no|invalid|multiple|duplicate|bad|malformed|empty|without)(?: \S{1,20}){0,3}[ ]
    (?:header|headers|message-id|date field|from field|to field|subject field|date header
    |resent-\S+|from:|message-id header)
header (?:is |are )?(?:missing|malformed|invalid|error|not)
missing (?:date|from|subject|message-id)
resent-from
5\.7\.33
non-compliant
not compliant
"""

PROTOCOL: Final = r"""
malformed address:
angle-brackets nested
expected word or
domain missing in source
syntax error
(?:command|parameter|argument)s? (?:not |un)(?:recogni[sz]ed|implemented|known|support)
(?:bad|invalid|wrong|out of)(?: \w+){0,2} (?:command|sequence|syntax|argument|parameter)
sequence of
not (?:been )?implemented
protocol (?:error|violation)
improper command
unsupported (?:command|parameter)
pipelining
unauthorized (?:command|pipelin)
8bitmime not
need (?:helo|ehlo|mail|rcpt)
polite people
expected (?:mail|rcpt|data|helo)
data command
too many (?:bad|invalid|unrecogni[sz]ed|syntax)
"""

ENCRYPTION: Final = r"""
\btls\b
starttls
\bssl\b
certificate
encrypt(?:ion|ed)
(?:tls|ssl) handshake
cipher
\bdane\b
tlsa
mta-sts
x\.?509
"""

POLICY: Final = r"""
polic(?:y|ies)
not (?:accepted|allowed|permitted|authori[sz]ed)
prohibited
administrative(?:ly)?
(?:security|violation|restrict|prohibit|forbid|unauthori[sz]ed|disallow|inappropriate)\w*
copyright\w*
(?:message|mail|e-?mail|transaction|delivery|submission)(?: \w+){0,3} (?:rejected|refused)
(?:message|mail|e-?mail|transaction|delivery|submission)(?: \w+){0,3} (?:denied|blocked)
(?:message|mail|e-?mail|transaction|delivery|submission)(?: \w+){0,3} (?:declined|discarded)
(?:message|mail|e-?mail|transaction|delivery|submission)(?: \w+){0,3} prohibited
(?:reject|refus|deni|block|discard)(?:ed|s|es)?(?: \w+){0,2} (?:message|mail|your)
access denied
denied
rejected for
rejected by
go away
rejecting
was rejected
transaction failed
not want
unwanted
abuse
terms of (?:service|use)
unacceptable
quarantin
compliance
"""
