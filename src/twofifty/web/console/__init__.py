"""The console: pages drawn on the server, live by server-sent events, usable without scripts."""
