"""New tags that nothing in the register carries yet: weapons, places, people and outers alike."""

from os import urandom

from sqlalchemy import Connection

from armoury.domain.tags import Random, new_tag
from armoury.services.checks import batches


def free_tags(connection: Connection, count: int, random: Random = urandom) -> list[str]:
    """Return so many new tags, none of which is taken.

    At a million weapons one new tag in ten thousand is taken already, so a crate must ask.
    """
    free: dict[str, None] = {}
    while len(free) < count:
        drawn = list(dict.fromkeys(new_tag(random) for _each in range(count - len(free))))
        taken = taken_tags(connection, drawn)
        free.update(dict.fromkeys(each for each in drawn if each not in taken))
    return list(free)


def taken_tags(connection: Connection, tags: list[str]) -> set[str]:
    """Return those of the tags that something in the register carries."""
    taken: set[str] = set()
    for part in batches(tags):
        marks = ", ".join("?" * len(part))
        query = f"SELECT key FROM code WHERE scheme = 'tag' AND key IN ({marks})"  # noqa: S608 - only question marks are put in
        taken.update(row[0] for row in connection.exec_driver_sql(query, tuple(part)))
    return taken
