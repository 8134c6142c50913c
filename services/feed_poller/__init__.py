"""
Visits feeds, and tells what is new in them.

In: `feeds` (what to poll), `feeds.pushed` (visit now). Out: `entries`, oldest first,
and one event a visit on `feeds.polled`. `tasks` is what is remembered of a feed and
`visit` what is done about it: `fetch` goes out, `see` says what the answer means (by
`parse`, `changes`, `trust`, `relaunch`, `standing`), `cadence` when to come again.
"""
