"""`python -m search_indexer.kibana FILE` writes the file for Kibana's import API."""

import sys
from pathlib import Path

from search_indexer.kibana.saved_objects import export

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(export(), "utf-8")
