"""The receiver laboratory for users: scenarios played with their own settings, on loopback only."""
