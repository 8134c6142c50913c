"""
Writes releases where they are searched.

In: `releases.enriched`. Out: the indices behind `communique-releases` (the newest
state of each release) and `communique-revisions` (every revision), and dead letters. A
replay, in any order, ends in the same documents. `search` is the way back: what people
find in them.
"""
