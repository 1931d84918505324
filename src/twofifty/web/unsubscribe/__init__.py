"""`/u/{token}`: the page on which a customer ends mails, and the one click of RFC 8058."""
