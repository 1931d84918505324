"""The store as SQL says it, whichever database keeps it: the rows behind every port, over named
queries. An engine beside this folder (`sqlite`, `postgresql`) brings connections and commits."""
