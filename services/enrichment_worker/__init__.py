"""
Raw releases in; the same with language, entities, themes and links out.

`enrich.py` is the core and `vocabulary.py` the edge that reads what it knows. Both run
in processes of their own (`child.py`), which `pool.py` starts, feeds and ends.
`duplicates.py` is the core of links to earlier releases, `signatures.py` their edge;
`generations.py` says which tagging is newer, `corrections.py` what people changed.
"""
