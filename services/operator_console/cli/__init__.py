"""The command line: each command a thin function over the library beside it."""
