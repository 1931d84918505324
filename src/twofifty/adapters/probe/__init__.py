"""Looks at servers and at this machine, and asks nothing of them but to show themselves."""
