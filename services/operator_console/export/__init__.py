"""
Releases that were found → a file for other programs.

`columns` says what stands in a row (pure), `formats` how rows are written, and
`whole_file` gives a file its name only when all of it is there.
"""
