"""
Visits feeds, and tells what is new in them.

In: `feeds` (what to poll), `feeds.pushed` (visit now). Out: `entries`, oldest first,
and one event a visit on `feeds.polled`. `tasks` is what is remembered of a feed and
`visit` what is done about it: `look` goes out (by `fetch`), `see` says what the answer
means (by `parse`, `changes`, `trust`, `relaunch`, `standing`) and `following` when to
come again (by `cadence`); `told` is what the visit tells, `noted` what it leaves.
Under `parse` stand the readers `xml_feed`, `json_feed`, `sitemap` and `html_list`,
which make the same `items` of every form; `no_feed` has the words for what is none.
`websub`, `hubs` and `push_listener` hear of news; `history` and `look_back` go back.
"""
