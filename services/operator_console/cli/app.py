"""The commands of `communique`, put together."""

import typer

from operator_console.cli import (
    dead_letters,
    engines,
    enrich,
    feeds,
    index,
    ingest,
    ledger,
    parse,
    retag,
    search,
    show,
    stack,
    tags,
    tail,
    vocabulary,
)

app = typer.Typer(
    name="communique",
    help="Government press releases, from the feed to a search hit.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for command in (
    stack.up,
    stack.down,
    stack.status,
    stack.demo,
    search.search,
    show.show,
    tail.tail,
    ingest.ingest,
    parse.parse,
    enrich.enrich,
    retag.retag,
    ledger.ledger,
    engines.run,
):
    app.command()(command)
app.add_typer(feeds.app, name="feeds")
app.add_typer(tags.app, name="tags")
app.add_typer(vocabulary.app, name="vocabulary")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(engines.topics, name="topics")
app.add_typer(index.app, name="index")
