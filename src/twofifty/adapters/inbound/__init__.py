"""How bounces, complaints and answers come in by mail: a listener (LMTP, SMTP) and IMAP."""
