"""
Raw releases in; the same with language, entities, themes and links out.

`enrich.py` is the core and `vocabulary.py` the edge that reads what it knows.
`duplicates.py` is the core of links to earlier releases, `signatures.py` their edge.
"""
