"""What the steps of the tour hand on to each other."""

from dataclasses import dataclass, field
from pathlib import Path

from armoury.domain.errors import IntegrityError
from armoury.services.desk import Desk, sign_in
from armoury.services.sample import SAMPLE_PASSPHRASES
from armoury.store.opening import Surroundings

REGISTER = "Sample.armoury"


@dataclass
class Scene:
    """What the steps hand on to each other."""

    folder: Path
    around: Surroundings
    weapons: int
    weapon: str = ""
    tag: str = ""
    imported: str = ""
    bundle: Path | None = None
    backup: Path | None = None
    outputs: list[tuple[str, Path]] = field(default_factory=list)

    @property
    def register(self) -> Path:
        """The sample register."""
        return self.folder / REGISTER

    @property
    def checkpoint(self) -> Path:
        """The checkpoint that left the register."""
        return self.folder / "checkpoint.txt"

    @property
    def certificate(self) -> Path:
        """The site's certificate, for those who are to trust it."""
        return self.folder / "site.pem"

    @property
    def registry_key(self) -> Path:
        """The key of a registry that is invented for the tour."""
        return self.folder / "registry.key"

    def desk(self, officer: str) -> Desk:
        """Sign a sample officer in."""
        return sign_in(self.register, officer, SAMPLE_PASSPHRASES[officer], around=self.around)


class TourError(IntegrityError):
    """A step did not come out as the program promises."""
