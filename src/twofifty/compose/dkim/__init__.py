"""DKIM (RFC 6376, 8301, 8463, 8616): keys, their DNS records, signing, and verifying offline."""
