"""Facts of a made-up stock-take, as small or as large as a test wants them."""

from dataclasses import replace
from typing import Any

from armoury.documents.inventory import Drawn, Hand, Holder, Inventory, Item, Member, Remark, Scope, TypeCount
from armoury.domain.stocktakes import Reason

NOTE = f"armoury/BB-BDFGHJKL\n1042\n{'AB' * 21}A=\n\n— armoury/BB-BDFGHJKL {'Sig9' * 26}\n"
ROOT = "0010 0100 1001 0010"
"""How its root begins, in hexadecimal digits."""
AT = "2026-03-09T18:05:07.123Z"
LONG = "Główny Magazyn Broni i Amunicji imienia Świętej Barbary — Compañía Señal, détachement d’Évian-les-Bains " * 2
DRAWN = Drawn("BIC-2026-0001", "RESTRICTED", "en", Hand(AT, "cdr"), 1042)


def missed(number: int, **more: Any) -> Item:
    """Return a line of the second list."""
    reasons = (Reason("claimed"), Reason("may_be", ("12, 17",)))
    given = {"tag": "BCDEFGHJK", "serial": f"A{number:06}", "maker": "Colt", "model": "M4", "place": "R1 05"}
    return Item(number, **{**given, "reasons": reasons[: 1 + number % 2], **more})


def found(number: int, text: str = "X77?", **more: Any) -> Item:
    """Return a line of the third list."""
    return Item(number, serial=text, place="R2", found=Hand(AT, "aud"), reasons=(Reason("no_number"),), **more)


def inventory(book_only: int = 1, **more: Any) -> Inventory:
    """Return facts of a stock-take with so many weapons that nobody saw."""
    facts = Inventory(
        baseline=True,
        stocktake="ST-2026-1",
        holder=Holder("Sample Main Armoury", "0199", "BB-BDFGHJKL", "Barbados", "America/Barbados", "Police"),
        scope=Scope(),
        opened=Hand(AT, "cdr", ("adm",)),
        closed=Hand(AT, "cdr", ("aud",)),
        board=(
            Member("cdr", "Sample Commander", "d1", "Major", ("commander",)),
            Member("aud", "Sample Auditor", "d2", None, ("auditor", "destruction_officer")),
        ),
        override=None,
        both=40,
        outside=2,
        struck=1,
        types=(TypeCount("Assault rifle", 38, book_only, 0), TypeCount("", 2, 0, 0)),
        remarks=(Remark("first_sighting", 41), Remark("twice", 1)),
        book_only=tuple(missed(number) for number in range(1, book_only + 1)),
        elsewhere=(),
        not_in_book=(found(7),),
        unsure=(),
    )
    return replace(facts, **more)
