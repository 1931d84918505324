"""What we owe to whom: the decision, the notice, its messages and their lifecycle. No I/O."""
