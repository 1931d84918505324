"""The command line: `twofifty VERB`."""
