"""
Raw releases in; the same with language, entities and themes out.

`enrich.py` is the core and `vocabulary.py` the edge that reads what it knows.
"""
