"""The only composition root: Settings in, wired services out. Fakes come in by keyword.

Nothing is gathered here: a delivery process would load all that only the intake side needs.
"""
