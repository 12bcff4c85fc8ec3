"""Proof: is the register whole, and does it continue what others have seen of it?"""

from dataclasses import dataclass

from armoury.history.checkpoints import Checkpoint
from armoury.services.desk import Desk
from armoury.store.checking import Report, check_register
from armoury.store.checkpoints import check_signed, disagreement, make_checkpoint
from armoury.store.register import Progress, no_progress


@dataclass(frozen=True)
class Comparison:
    """How the register stands to a checkpoint that was kept elsewhere.

    Attributes:
        checkpoint: what the note says; its signature was found good.
        entries: how many entries the register holds now.
        problem: the sentence where the history does not continue the checkpoint; None where it does.
    """

    checkpoint: Checkpoint
    entries: int
    problem: str | None

    @property
    def continues(self) -> bool:
        """Tell whether the history continues what the checkpoint counted."""
        return self.problem is None

    def to_json(self) -> dict[str, object]:
        """Return it as JSON values; a problem only where there is one."""
        return {
            "origin": self.checkpoint.origin,
            "size": self.checkpoint.size,
            "root": self.checkpoint.root.hex(),
            "entries": self.entries,
            "continues": self.continues,
            **({"problem": self.problem} if self.problem else {}),
        }


def check(desk: Desk, *, deep: bool = False, progress: Progress = no_progress) -> Report:
    """Check the whole register; deep also every page, every file of evidence and the full text."""
    return check_register(desk.register, deep=deep, progress=progress)


def check_against(desk: Desk, note: str) -> Comparison:
    """Compare the register with a checkpoint that left the machine earlier.

    Raises:
        IntegrityError: the text is no checkpoint, or this site's key did not sign it.
    """
    with desk.read() as connection:
        checkpoint = check_signed(connection, note)
        entries = connection.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM entry").scalar_one()
        return Comparison(checkpoint, int(entries), disagreement(connection, checkpoint))


def checkpoint(desk: Desk, size: int | None = None) -> str:
    """Sign the history, or its first entries: the note that is to leave the machine.

    Raises:
        RuleError: the history has not so many entries.
        StorageError: the disk cannot be written.
    """
    return make_checkpoint(desk.register, size)
