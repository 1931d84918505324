"""The SMTP channel: hands finished messages to a mail server and says what became of them.

`url` reads `SMTP_URL` into `route`s with `options`; `wire` moves bytes and `reply` parses them;
`dial` and `handshake` open a connection up to the point where MAIL may be sent, `authentication`
with `sasl` and `tokens` log in; `connection` carries one message at a time in `commands` and
`transfer`; `pool` keeps several connections busy; `lookup` and `relay_log` ask a next hop what
became of a doubt. What a reply means is decided in `classify`, from its codes alone; `hints` reads
how long a server asks us to wait.
"""
