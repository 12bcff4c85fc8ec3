"""Groups that list where no command is named: `armoury officers --json` is `armoury officers list --json`."""

import click

from armoury.i18n import _


class ListingGroup(click.Group):
    """A group that has a command `list`, which is meant where none is named; its options may follow at once."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words after the group's name; completion in the shell still offers the commands."""
        if not ctx.resilient_parsing and _names_no_command(ctx, args):
            args = ["list", *args]
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Say in the help what happens without a command."""
        formatter.write_paragraph()
        formatter.write_text(_("Without a command it lists, with the options of: {path} list").format(
            path=ctx.command_path))  # fmt: skip


def _names_no_command(ctx: click.Context, args: list[str]) -> bool:
    return not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
