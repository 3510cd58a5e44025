"""``wordlight key``."""

from __future__ import annotations

import click

from wordlight.commands._keys import keys_of
from wordlight.errors import FrontUnusable


@click.command()
@click.argument("name")
def key(name: str) -> None:
    """Make an API key for the caller NAME, for `serve --api-keys`.

    The key goes to standard error, for the caller: it is kept nowhere. The line for the file of
    `serve --api-keys` goes to standard output; it holds only a hash.

    \b
      wordlight key anna >> keys.txt
    """
    keys_of("")  # refuses to go on without the front door's packages
    from wordlight.front import hash_key, make_key

    made = make_key()
    line = f"{name}:{hash_key(made)}"
    try:
        keys_of(line)
    except FrontUnusable as error:
        raise click.BadParameter(
            f"{name!r} is no name: use letters, digits, _ and -", param_hint="NAME"
        ) from error
    click.echo(f"the key of {name}: {made}", err=True)
    click.echo(line)
