"""
Raw releases in; the same with language, entities and themes out.

`enrich.py` is the core and `vocabulary.py` the edge that reads what it knows. Both run
in processes of their own (`child.py`), which `pool.py` starts, feeds and ends.
"""
