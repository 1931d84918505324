"""How notices of mail systems, and automatic answers, are known: senders, subjects, words."""

from typing import Final

DAEMON: Final = r"""
mailer[-_.]?daemon
post[-_]?master
mail[-_. ]?(?:deliver|system|admin)
mdaemon
delivery (?:subsystem|system|agent|service)
mail ?daemon
internet mail
system administrator
mailadm
jetmail
microsoftexchange
undeliver
mail-?server
daemon@
^\s{0,40}<>\s{0,40}$
bounce
no-?reply@
noreply
"""

TITLE: Final = r"""
undeliver
non-?deliver
not (?:be )?deliver
un(?:able|successful)\w*(?: to)? (?:deliver|send)
deliver\w*(?: \w+){0,2} (?:status|fail|report|error|problem|delay|notif|warning|unsuccess)
deliver\w*(?: \w+){0,2} incomplete
return(?:ed|ing) (?:mail|message|e-?mail|to sender)
(?:failure|failed|error|bounce)(?: \w+){0,2} (?:notice|mail|message|deliver|notif|report|send)
(?:warning|rejected)(?: \w+){0,2} (?:notice|mail|message|deliver|notif|report|send)
mail (?:system )?(?:error|fail|could|not|deliver|block|reject|warn)
could not (?:be )?(?:send|sent|deliver)
message (?:you sent |delivery |has been |has |was |delivery has )?(?:block|fail|reject|delay)
message (?:you sent |delivery |has been |has |was |delivery has )?(?:undeliv|not deliv|could)
message (?:you sent |delivery |has been |has |was |delivery has )?status
user unknown
mailbox (?:full|unavail)
unzustellbar
nicht zugestellt
zustell
fehlgeschlagen
non remis
[eé]chec
non[- ]d[eé]livr
no se puede entregar
no entregad
entrega fallida
devuelto
n[aã]o entregue
falha
mancata consegna
non recapitat
onbestelbaar
niet (?:afgeleverd|bezorgd)
配信(?:不能|エラー|できま|失敗)
送信(?:エラー|失敗|できま)
メールエラー
戻り
未达
退信
投递失败
無法(?:傳遞|投遞)
не доставлен
недоставлен
невозможно доставить
반송
전송 ?실패
niedostarcz
nedoru[cč]
kunde inte levereras
ikke leveret
teslim edilem
delivery$
your (?:mail|message) (?:to|is|was|could)
undelivered
delivered$
permanent (?:fail|error|delivery)
fatal error
mail refused
relay
"""

SAYS: Final = r"""
(?:could|can|was|were|has|have|is|been)(?: not|n't|not)(?: yet)?(?: be| been)? deliver\w*
(?:could|can|was|were|has|have|is|been)(?: not|n't|not)(?: yet)?(?: be| been)? send\w*
(?:could|can|was|were|has|have|is|been)(?: not|n't|not)(?: yet)?(?: be| been)? sent\w*
(?:could|can|was|were|has|have|is|been)(?: not|n't|not)(?: yet)?(?: be| been)? reach\w*
(?:could|can|was|were|has|have|is|been)(?: not|n't|not)(?: yet)?(?: be| been)? forward\w*
(?:could|can|was|were|has|have|is|been)(?: not|n't|not)(?: yet)?(?: be| been)? accept\w*
(?:could|can|was|were|has|have|is|been)(?: not|n't|not)(?: yet)?(?: be| been)? relay\w*
(?:could|can|was|were|has|have|is|been)(?: not|n't|not)(?: yet)?(?: be| been)? process\w*
not (?:yet )?(?:be |been )?deliver
un(?:able|successful)\w* (?:to )?(?:deliver|send|reach|route)
unable to deliver
undeliverable
(?:deliver|transmi|send)\w*(?: \w+){0,8}? (?:fail|abort|error|delay|problem|suspend|imposs)
(?:deliver|transmi|send)\w*(?: \w+){0,8}? (?:unsuccess|not possible)
fail\w* (?:to )?(?:deliver|send|recipient|address)
(?:fatal|permanent|delivery|temporary|transient) (?:delivery )?(?:error|failure|problem)
did not (?:reach|receive)
returned to (?:the )?sender
transcript of session
(?:was|been|is) (?:rejected|refused|bounced|blocked|returned|undeliverable)
giving up
address(?:es)? (?:had|failed)
mailbox (?:is )?full
over ?quota
user (?:is )?unknown
unknown user
no such user
not be reached
reject reason
error (?:delivering|while|has occur|occurred|during)
exceed
wasn't able to
failure reason
problem delivering
550[ -]
5\.\d\.\d\b
unknown recipient
nicht zugestellt
konnte nicht
n'a pas (?:pu )?[eêé]t
impossible de
no (?:se )?(?:ha )?(?:pudo|puede|sido) (?:ser )?entreg
non [eè] stato
n[aã]o (?:foi|p[oô]de)
配信できま
送信できま
届けることができ
送信先
エラー
не (?:может|удалось|доставл)
無法
无法
退信
전송
not a (?:valid|member)
doesn't have
does not exist
ErrMsg
"""

ANSWER: Final = r"""
auto(?:matic|mated|matisch\w*|m[aá]tic\w*|matique)?[ -]?(?:repl
    |response|respond|answer|antwort|antwoord|r[eé]ponse)\w*
out[ -]of[ -](?:the )?office
(?:\[?(?:auto|automatic)\]?[: -]|vacation\b)
(?:i am|i'm) (?:away|on vacation|out of|on leave)
(?:away from (?:my|the)|abwesen)
automatische? (?:antwort|abwes|antwoord|r[eé]pon)
(?:r[eé]ponse auto|absen(?:ce|t)\b|absence du bureau)
(?:respuesta autom|risposta autom|resposta autom)
(?:fuera de (?:la )?oficina|fuori (?:sede|ufficio)|ausente)
(?:autosvar|automaattinen|autom(?:atick|atikus)|afwezig)
(?:自動(?:返信|応答)|不在|自动回复|自動回覆|автоответ|автоматическ\w+ ответ)
(?:부재|자동 ?응답|holiday|on leave)
thank you for contacting
thank you for your (?:e-?mail|message|enquiry|inquiry)
"""

DELAY: Final = r"""
warning (?:message )?only
do not need to resend
not yet (?:been )?delivered
(?:has been|is|was|message) delayed
will (?:be retried|continue to try|keep trying|continue trying|try again)
still (?:trying|being retried|queued)
delivery attempts will continue
no action is required
delayed mail
could not send message for past
awaiting delivery
"""
"""The mail waits."""

ARRIVED: Final = r"""
(?:was|were|been) (?:successfully )?(?:delivered|relayed)(?: to| success)
successful(?:ly)? (?:mail )?(?:deliver|relay)
delivered to the following
"""
"""The mail arrived."""

COMPLAINT: Final = r"""
(?:this is an? |an? )(?:e-?mail |\S+ )?(?:abuse|spam|opt-out|feedback|fraud|complaint)
    [ ](?:report|notif)
(?:abuse|spam|feedback|fraud) report for an e-?mail
reported (?:your|this|the) (?:e-?mail|message) as (?:spam|junk)
"""

SURE: Final = r"""
^[ \t>*\u2022#-]{0,16}{to}[ \t]*(?:$|[:;]|\.\.\.| on [A-Z0-9]| [-\u2013=] | ?[\[(]|,$)
^[ \t]*(?:failed|final|original|bounced|undelivered|rejected|affected|target|intended|failing)?
    [ ]?(?:e-?mail |mail )?
    (?:recipients?|address(?:es)?|rcpt|destinataires?|empf.nger|destinatario)(?: \w{1,12}){0,2}
    (?:\(s\))?[ \t]*[:=][ \t]*(?:rfc822;[ \t]*)?{to}
"""
"""Where an address stands in the notices of all families: it begins a line, or has a name."""

LIKELY: Final = r"""
(?:deliver\w*|sent?|mail(?:ed)?|message|reach\w*|forward\w*|address(?:ed)?)\b[^\n@]{0,80}?
    \b(?:to|for|an|[a\u00e0]|para)[ :]{1,3}[^\n@<]{0,40}?{to}
^\s{0,40}[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3} )?{to}(?:\.\.\.|:| )
(?:RCPT TO|To):[ \t]*{to}[ \t]*$
(?:user|mailbox|account|recipient|address|quota|full|unknown|rejected)\b[^\n@]{0,60}?{to}
{to}[^\n@]{0,60}(?:not |un|full|reject|refus|fail|invalid|exceed|could)
"""
"""Where else, and less surely."""
