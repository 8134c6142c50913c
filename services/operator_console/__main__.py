"""The command `communique`."""

from operator_console.cli.app import app
from operator_console.reporting import report_errors


def main() -> None:
    """Run the command line."""
    report_errors(app)


if __name__ == "__main__":
    main()
