"""
Communique: what the services and every subscriber agree on.

In: nothing. Out: the events (`events`), how they look on Kafka (`codec`, `topics`), who
is who (`identity`) and what can go wrong (`errors`). Nothing here does I/O except
`subscribe`, `safe_http` and the package `worker`.
"""
