"""
Reads the page behind an entry, and tells what happened to the release.

In: `entries`. Out: `releases.raw`, whose only writer this is, so each release has one
sequence of versions. `tasks` is what is remembered of a release, `visit` what is done
about it; `extract` and `revisions` decide, `fetch` goes out.
"""
