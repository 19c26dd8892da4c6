"""The `terrier` command itself. Commands import what is heavy only when they run, so that --help is quick."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from importlib.metadata import version
from typing import Any

import click

from terrier.cli.ask import ask
from terrier.cli.bench import bench
from terrier.cli.delivery import SEARCH_THREAD
from terrier.cli.design import design
from terrier.cli.imports import import_file
from terrier.cli.invite import invite
from terrier.cli.ledger import ledger
from terrier.cli.market import market
from terrier.cli.office import COMMANDS as OFFICE
from terrier.cli.places import places
from terrier.cli.plan import plan
from terrier.cli.sample import sample
from terrier.cli.show import show
from terrier.cli.size import size
from terrier.errors import TerrierError

BAD_INPUT, INTERNAL, ABORTED = 2, 1, 130


class Terrier(click.Group):
    """Prints what Terrier refuses as one message and exits with 2; what it did not expect exits with 1."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.obj = ["terrier", *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TerrierError as error:
            _complain(str(error))
            ctx.exit(BAD_INPUT)
        except (KeyboardInterrupt, click.exceptions.Abort):
            _complain("Aborted; nothing was written.")
            _leave_a_search_behind()
            ctx.exit(ABORTED)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            _complain(_in_one_line(error))
            ctx.exit(BAD_INPUT)
        except (click.exceptions.Exit, click.ClickException, BrokenPipeError):
            raise
        except MemoryError:
            _complain("There is not enough memory for so many accounts.")
            ctx.exit(INTERNAL)
        except Exception as error:
            _complain(
                f"Something went wrong inside Terrier ({type(error).__name__}: {error}). Nothing was written."
            )
            if os.environ.get("TERRIER_DEBUG"):
                traceback.print_exc()
            else:
                click.echo("Run it again with TERRIER_DEBUG=1 to see where, and report that.", err=True)
            ctx.exit(INTERNAL)


def _leave_a_search_behind() -> None:
    """End at once where a search is still in compiled code: an orderly end of Python would crash under its feet."""
    if any(thread.name == SEARCH_THREAD for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ABORTED)


def _in_one_line(error: click.UsageError) -> str:
    """What is wrong with the command line, said as everything else is: where, then what."""
    if (
        isinstance(error, click.BadParameter)
        and not isinstance(error, click.MissingParameter)
        and error.param
    ):
        named = max(error.param.opts, key=len) if isinstance(error.param, click.Option) else error.param.name
        return f"{named}: {error.message.rstrip('.')}."
    return f"{error.format_message().rstrip('.')}. See --help."


def _complain(message: str) -> None:
    click.secho(message, fg="red", err=True)


@click.group(cls=Terrier, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("terrier-sales"), prog_name="terrier")
def main() -> None:
    """Sales territories for wholesale distributors: balanced, compact, explained.

    \b
    terrier sample demo/                     make up a wholesaler to try things on
    terrier design accounts.csv -k 24        design territories from a list of accounts
    terrier size accounts.csv --from 9 --to 30  how many people it takes
    terrier show plan/                       open a finished plan in the browser
    terrier places zips --state OH -o oh.csv write places that Terrier carries, to try it on
    terrier bench design                     measure it beside its peers
    terrier plan list                        the office's plans, and what can be done with them
    terrier market load cbp23co.txt          what areas could buy, by County Business Patterns
    terrier ask "rows=category" --as you@example.com  figures as somebody sees them
    terrier serve                            open the office: sign in and work
    terrier invite you@example.com --name "Your Name"  let the first administrator in
    """


main.add_command(ask)
main.add_command(bench)
main.add_command(import_file)
main.add_command(design)
main.add_command(invite)
main.add_command(ledger)
main.add_command(market)
main.add_command(places)
main.add_command(plan)
main.add_command(sample)
main.add_command(show)
main.add_command(size)
for command in OFFICE:
    main.add_command(command)

if __name__ == "__main__":
    sys.exit(main())
