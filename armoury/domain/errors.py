"""Errors that own their sentence.

Every error that an officer can meet is an `ArmouryError`; its message is a whole sentence in plain words that says what
is wrong, where, and what to do. Each front end shows it in one place. Anything else that is raised is a fault of ours.
"""


class ArmouryError(Exception):
    """Base of all errors that carry a sentence for the officer."""

    def text(self) -> str:
        """Return the sentence to show."""
        return str(self)


class RuleError(ArmouryError):
    """A rule stands against the act; the officer can mend it. Nothing was written."""


class PermissionRefusedError(RuleError):
    """The officer's roles do not allow the act, or a second officer is needed."""


class StorageError(ArmouryError):
    """The environment stands against it: disk, folder, lock, wrong passphrase, another version."""


class IntegrityError(ArmouryError):
    """History, evidence or a bundle is broken or forged; nobody may go on silently."""
