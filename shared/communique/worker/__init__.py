"""
The one way in which a service reads, writes and waits (extra `services`).

In: messages of a consumer group, or tasks that are due. Out: records that the broker
has confirmed, a ledger line, then the ack. `consume` is the Faust form, `producer`
writes, `schedule` runs work with third parties on `partition_state`, `broadcast` reads
what every process must know, `ledger` counts, `watchdog` and `health` tell the truth.
"""
