"""
Writes releases where they are searched, and how feeds and services are.

In: `releases.enriched`, `feeds.polled`, `feeds`; once a minute `ledger` and all dead
letters.
Out: the indices behind `communique-releases` (the newest state of each release),
`communique-revisions` (every revision), `communique-feeds` (how each feed is),
`communique-polls` (visits that say something) and `communique-pipeline` (how the
services are), and dead letters. A replay, in any order, ends in the same documents.
`search` is the way back: what people find in them.
"""
