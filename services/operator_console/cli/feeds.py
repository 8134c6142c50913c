"""The commands below `communique feeds`."""

import typer

from operator_console.cli import feed_add, feed_check, feed_health, feed_registry

app = typer.Typer(help="The feeds that are polled.", no_args_is_help=True)

for command in (
    feed_add.add,
    feed_registry.apply,
    feed_registry.export,
    feed_registry.pause,
    feed_registry.resume,
    feed_registry.remove,
    feed_registry.backfill,
    feed_check.check,
    feed_health.history,
):
    app.command()(command)
app.command("import")(feed_registry.import_feeds)
app.command("list")(feed_health.list_feeds)
