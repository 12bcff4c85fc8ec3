"""The records that a register keeps, one module a subject. `armoury.domain.kinds` lists them."""
