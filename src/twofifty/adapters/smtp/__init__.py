"""The SMTP channel: hands finished messages to a mail server and says what became of them.

`url` reads `SMTP_URL`; `wire` moves bytes and `reply` parses them; `handshake` opens a connection
up to the point where MAIL may be sent; `connection` carries one message at a time; `pool` keeps
several connections busy; `failover` puts routes in a row; `lookup` asks a next hop what became of a
doubt. What a reply means is decided in `classify`, from its codes alone.
"""
