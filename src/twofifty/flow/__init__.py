"""The life of a confirmation on one page.

    receive.Intake     read -> plan -> keep -> answer            a request becomes rows, then 2xx
    deliver.Courier    ask -> compose -> send (dot) -> settle    a leased row becomes a mail

What is decided is decided by pure functions in the rooms below; what is kept is kept by the store,
one transaction each.
"""
