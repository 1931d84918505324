"""What a test of mail needs: a scriptable SMTP receiver, a clock that stands still, sample orders.

Shipped and public. `receiver` is the laboratory, `script` says what it does, `ledger` what it took.
"""
