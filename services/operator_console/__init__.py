"""
What a person touches: the command line, the embedded engines, the demo.

The only layer that may import the services. In: what a person asks. Out: tables for a
terminal, JSON for machines, records on the topics that people may write.
"""
