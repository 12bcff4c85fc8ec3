"""An import contract of our own: named modules import the standard library and nothing else but what is listed.

Import-linter's own contracts list what is forbidden, so a library that nobody thought of passes. This one lists what is
allowed. A source module in parentheses need not exist yet, as in a contract of layers.
"""

import sys
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyImportsContract(Contract):
    """Each of `source_modules`, with all below it, imports only itself, `allowed` and the standard library."""

    source_modules = fields.ListField(subfield=fields.StringField())
    allowed = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Collect every direct import that is not allowed."""
        found = [
            (importer, imported)
            for source in self._sources(graph)
            for importer in sorted({source} | graph.find_descendants(source))
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not self._is_allowed(imported, source)
        ]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each such import on a line."""
        for importer, imported in check.metadata["found"]:
            output.print_error(f"{importer} is not allowed to import {imported}")
        output.new_line()

    def _sources(self, graph: ImportGraph) -> list[str]:
        named = cast(list[str], self.source_modules)
        present = [name for name in named if not name.startswith("(") or name.strip("()") in graph.modules]
        return [name.strip("()") for name in present]

    def _is_allowed(self, imported: str, source: str) -> bool:
        roots = [source, *cast(list[str], self.allowed)]
        inside = any(imported == name or imported.startswith(f"{name}.") for name in roots)
        return inside or imported.partition(".")[0] in sys.stdlib_module_names
