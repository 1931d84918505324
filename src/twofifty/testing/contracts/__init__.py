"""Contract suites, one a port: what every adapter that fills the port must do.

A suite is a class whose `test_...` methods are coroutines with plain assertions. An adapter's own
test derives from it, says how the adapter is opened, and runs each of `promises(suite)` with
`await suite.keep(promise)`.
"""
