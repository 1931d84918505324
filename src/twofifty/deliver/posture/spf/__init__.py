"""SPF (RFC 7208): read, counted, and evaluated for an address, in our own words.

Why our own: `docs/howto/doctor.md` says what was measured.
"""
