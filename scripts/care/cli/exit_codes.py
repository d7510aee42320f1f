"""How every script ends: an exit code, and errors as one sentence."""

from __future__ import annotations

import os
import re
import signal
import sys
import traceback

import click

from care.cli.options import DEBUG
from care.errors import CareError, first_line, is_interruption

# Python reads a byte that is not UTF-8 as a surrogate, which cannot be written.
SURROGATE = re.compile("[\ud800-\udfff]")


def run(command: click.Command, name: str, arguments: list[str] | None, interrupted: str) -> int:
    """Runs a command and returns its exit code: 0 done, 1 failed, 2 bad arguments, 3 some schedules failed.

    `interrupted` is the message after an interruption; SIGTERM stops it like Ctrl-C.
    """
    for text in sys.argv[1:] if arguments is None else arguments:
        if SURROGATE.search(text):
            shown = text.encode(errors="backslashreplace").decode()
            return _failed(f"the argument '{shown}' is not UTF-8; write it so.", 2)
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        command(args=arguments, prog_name=name, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        where = f" See: {error.ctx.command_path} --help" if isinstance(error, click.UsageError) and error.ctx else ""
        return _failed(f"{error.format_message()}{where}", error.exit_code)
    except CareError as error:
        return _failed(str(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return _failed(interrupted, 1)
    except BrokenPipeError:
        # The reader of the output has closed it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if is_interruption(error):
            return _failed(interrupted, 1)
        return _failed(f"{first_line(error)} ({type(error).__name__}; {DEBUG}=1 shows where).", 1)
    return 0


def _failed(sentence: str, exit_code: int) -> int:
    if os.environ.get(DEBUG):
        traceback.print_exc()
    click.echo(f"error: {sentence}", err=True)
    return exit_code
