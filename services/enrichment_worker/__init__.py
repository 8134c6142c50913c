"""
Raw releases in; the same with language, entities, themes and links out.

`enrich.py` is the whole way of one release: `entities/` finds who and where,
`themes.py` what about, `semantics/` what it says and is. It and `vocabulary/`, which
reads what it knows, run in processes of their own (`child.py`) that `pool.py` starts,
feeds and ends. What only the worker knows it adds itself: `links/` to earlier releases,
`corrections/` by people; `generations.py` says which tagging is newer.
"""
