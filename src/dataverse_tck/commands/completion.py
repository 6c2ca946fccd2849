"""``dataverse-tck completion``: what a shell has to know to complete commands, options and files."""

from __future__ import annotations

import argparse
from pathlib import Path

import shtab

from dataverse_tck.cli import COMMANDS, parser_for

_HOW = """bash: dataverse-tck completion bash > ~/.local/share/bash-completion/completions/dataverse-tck
zsh: dataverse-tck completion zsh > DIR/_dataverse-tck, DIR being in $fpath
fish: dataverse-tck completion fish > ~/.config/fish/completions/dataverse-tck.fish"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``completion`` to its parser."""
    parser.description = "Print a script that lets a shell complete commands, options and files."
    parser.epilog = _HOW
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("shell", choices=shtab.SUPPORTED_SHELLS)
    parser.set_defaults(do=lambda options: complete(options.shell))


def complete(shell: str) -> int:
    """Print the script for a shell."""
    parser = parser_for(list(COMMANDS))
    _let_files_be_completed(parser)
    print(shtab.complete(parser, shell))
    return 0


def _let_files_be_completed(parser: argparse.ArgumentParser) -> None:
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to options and commands
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for command in action.choices.values():
                _let_files_be_completed(command)
        elif action.type is Path:
            action.complete = shtab.FILE  # type: ignore[attr-defined] # shtab's own way to say so
