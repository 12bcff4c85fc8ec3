"""`armoury check` and `checkpoint`: is the register whole, and is it the one that others have seen?"""

import sys
from contextlib import AbstractContextManager
from typing import Any

import click

from armoury.cli.failures import Exit
from armoury.cli.files import read_text, write_new
from armoury.cli.output import say, say_json, tell
from armoury.cli.progress import progress_line
from armoury.cli.session import Door, at_desk, at_register, looking
from armoury.i18n import _, ngettext
from armoury.services.desk import Desk
from armoury.services.proof import check as check_register
from armoury.services.proof import check_against
from armoury.services.proof import checkpoint as make_checkpoint

_MOST_SHOWN = 100
