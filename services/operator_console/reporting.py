"""How errors reach a person: one sentence on stderr, and the exit code."""

import os
import sys
from collections.abc import Callable

from pydantic import ValidationError

from communique.errors import CommuniqueError, UsageError
from communique.safe_text import safe_text


def report_errors(command: Callable[[], object]) -> None:
    """Run `command`: exit code 0 done, 1 failed, 2 wrong usage."""
    try:
        command()
    except BrokenPipeError:
        # The reader of our output left (`| head`): not an error of ours. What is still
        # in the buffer must not be flushed to it at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = "COMMUNIQUE_" + "_".join(str(step) for step in first["loc"]).upper()
        print(f"communique: {name}: {first['msg']}", file=sys.stderr)
        sys.exit(2)
    except CommuniqueError as error:
        print(f"communique: {safe_text(str(error))}", file=sys.stderr)
        sys.exit(2 if isinstance(error, UsageError) else 1)
