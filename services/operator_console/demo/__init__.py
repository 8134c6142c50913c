"""
The test ministry: invented releases on real loopback servers.

In: `publish`, `edit` and `withdraw`, called on a `Site` or sent to its control address.
Out: feeds (RSS 2.0, Atom), pages, and the answers of servers that misbehave. The demo
and the tests use the same code. Only `server` and `control` do I/O; `releases` reads
the files in data/.
"""
