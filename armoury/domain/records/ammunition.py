"""Records about ammunition: what is held, in which lots, and the vouchers that say how much came and went.

Fields follow IATG 03.10 (inventory: the least that an account holds) and 03.20 (lots and batches), the UN Model
Regulations (UN number, hazard division, compatibility group), and the voucher and stack tally card of stores.
"""

from dataclasses import dataclass
from typing import Annotated

from armoury.domain.fields import (
    EntryNumber,
    Field,
    FieldType,
    PersonalDigest,
    PersonalText,
    Text,
    Whole,
)
from armoury.domain.records.weapon import PartialDay


@dataclass(frozen=True)
class AmmunitionItem:
    """A kind of ammunition under one nomenclature; quantities are counted in single items (rounds), never in boxes."""

    id: Annotated[str, Field()]
    tag: Annotated[str, Field()]
    code: Annotated[str, Field(unique=True)]
    """The short code by which the store calls it."""
    name: Annotated[str, Field()]
    """Nomenclature, as on the label."""
    nature: Annotated[str, Field(vocabulary="ammunition_natures")]
    calibre: Annotated[str | None, Field(vocabulary="calibres")] = None
    calibre_text: Text = None
    un_number: Text = None
    """Four figures, as on the label."""
    hazard_division: Annotated[str | None, Field(vocabulary="hazard_divisions")] = None
    compatibility_group: Annotated[str | None, Field(vocabulary="compatibility_groups")] = None
    neq_micrograms: Whole = None
    """Net explosive quantity of one item, in micrograms; None where nobody knows it."""
    unit_of_issue: Annotated[str, Field(vocabulary="units_of_issue")] = "round"
    unit_quantity: Annotated[int, Field(FieldType.INTEGER)] = 1
    """Items in one unit of issue."""
    packaging: Annotated[str | None, Field(vocabulary="packagings")] = None
    """The outer package."""
    package_quantity: Whole = None
    """Items in one full outer package."""
    stock_number: Text = None
    """National or NATO stock number, or the ammunition descriptive asset code (ADAC)."""
    remarks: Text = None
    entry: EntryNumber = 0


@dataclass(frozen=True)
class Lot:
    """A lot or batch of one item as it is marked; two lots are never made one."""

    id: Annotated[str, Field()]
    tag: Annotated[str, Field()]
    item: Annotated[str, Field(refers_to="ammunition")]
    lot_number: Annotated[str, Field(FieldType.AS_MARKED)]
    lot_kind: Annotated[str, Field(vocabulary="lot_kinds")] = "lot"
    """`local` for loose rounds of an unknown lot, whose number this register gave."""
    maker: Annotated[str | None, Field(vocabulary="makers")] = None
    maker_text: Text = None
    country: Annotated[str | None, Field(vocabulary="countries")] = None
    country_text: Text = None
    made: PartialDay = None
    expires: PartialDay = None
    """The last day of the shelf life, as well as it is known."""
    condition: Annotated[str | None, Field(vocabulary="ammunition_conditions")] = None
    """A code together with the scheme that it belongs to, such as `iatg_a`."""
    ban: Text = None
    """Reference and words of the ban under which the lot must not be used (IATG 01.70)."""
    restriction: Text = None
    """Reference and words of a constraint: within what limits it may be used (IATG 01.70)."""
    acquisition: Annotated[str | None, Field(refers_to="acquisition")] = None
    remarks: Text = None
    entry: EntryNumber = 0


@dataclass(frozen=True)
class VoucherLine:
    """How much of a lot came to a place or went from it."""

    lot: Annotated[str, Field(refers_to="lot")]
    place: Annotated[str, Field(refers_to="place")]
    quantity: Annotated[int, Field(FieldType.INTEGER, signed=True)]
    """Single items: above 0 they came, below 0 they went; 0 only where a return says what was fired."""
    expended: Whole = None
    """Of what was issued, how many items were fired; only on a return."""


@dataclass(frozen=True)
class Voucher:
    """A numbered voucher. It is never changed: a mistake is taken back by a reversing voucher that names it."""

    id: Annotated[str, Field()]
    number: Annotated[int, Field(FieldType.INTEGER)]
    """One series without a gap over all vouchers of the register, from 1."""
    voucher_kind: Annotated[str, Field(vocabulary="voucher_kinds")]
    day: Annotated[str, Field(FieldType.DAY)]
    """The day at the site on which it happened, which may be earlier than the day of its entry."""
    authority: Annotated[str, Field()]
    """Reference of the order under which it was done."""
    lines: Annotated[tuple[VoucherLine, ...], Field(FieldType.PARTS, part=VoucherLine)]
    party: Text = None
    """From whom or to whom: a unit, a supplier, an agency."""
    holder: Annotated[str | None, Field(refers_to="person")] = None
    """The person on the other side, where the register knows that person."""
    giver: PersonalText = None
    taker: PersonalText = None
    document: Text = None
    """Number of the paper that came with it, or of the certificate that it belongs to."""
    reason: Text = None
    issue: Annotated[str | None, Field(refers_to="voucher")] = None
    """On a return: the issue that it closes or helps to close."""
    reverses: Annotated[str | None, Field(refers_to="voucher", unique=True)] = None
    """On a reversal: the voucher that it takes back."""
    salvage: Whole = None
    """On a return: empty cases handed in."""
    remarks: Text = None
    personal: PersonalDigest = None
    entry: EntryNumber = 0
