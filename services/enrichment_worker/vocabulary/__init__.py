"""The files in `data/` and a user's own, to one immutable Vocabulary."""
