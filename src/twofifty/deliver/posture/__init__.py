"""How a sender stands in the world: its DNS records, addresses and certificates, read and judged.

Pure: a judgement that needs answers is a generator that yields questions and is sent the answers
(`dns.Asking`); who asks them, and how long that may take, is the caller's business.
"""
