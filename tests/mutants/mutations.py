"""What is changed in a module, one change at a time: the mutations of mutmut, and three that it lacks.

Left alone is what no test can see or nobody should test: annotations, decorators, imports, documentation, and prose,
which may be worded differently at any time. The values inside of prose are not left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from mutmut.mutation.mutators import mutation_operators, operator_string

PROSE = re.compile(r"[A-Za-z,;:)] [A-Za-z(]")
LEFT_OUT = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom)
FOR_TYPES = ("cast", "TypeVar")
TYPES = ("Callable", "Mapping", "tuple")  # a type is given a name
CONDITION = (cst.Name, cst.Attribute, cst.Call, cst.NamedExpr, cst.Subscript)  # comparisons are turned by mutmut
ENCODED = m.Arg(keyword=m.Name("encoding"), value=m.SimpleString())
CONTEXT = 8  # words and signs that a name shows on both sides of a change

Change = tuple[cst.CSTNode, cst.CSTNode]


@dataclass(frozen=True)
class Mutant:
    """One change of one module; its name stays when lines are moved."""

    name: str
    path: Path
    tree: cst.Module
    change: Change

    @property
    def code(self) -> str:
        """The source of the module with this change."""
        changed = self.tree.deep_replace(*self.change)
        assert isinstance(changed, cst.Module)
        return changed.code


def mutants_of(path: Path, below: Path) -> list[Mutant]:
    """Return every mutant of a module; names begin with its path below a folder."""
    tree = cst.parse_module(path.read_text(encoding="utf-8"))
    finder = _Finder()
    tree.visit(finder)
    seen: Counter[str] = Counter()
    found = []
    for scope, change in finder.found:
        name = f"{path.relative_to(below).as_posix()} {scope}: {_described(*(_text(node) for node in change))}"
        seen[name] += 1
        found.append(Mutant(name if seen[name] == 1 else f"{name} ({seen[name]})", path, tree, change))
    return found


class _Finder(cst.CSTVisitor):
    """Collects the changes of a tree, each with the names of the classes and functions around it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Change]] = []
        self._around: list[str] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _is_left_out(node):
            return False
        if isinstance(node, cst.ClassDef | cst.FunctionDef):
            self._around.append(node.name.value)
        self.found.extend((".".join(self._around) or "module", change) for change in _changes(node))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.ClassDef | cst.FunctionDef):
            self._around.pop()


def _is_left_out(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Expr):
        return isinstance(node.value, cst.SimpleString)
    if isinstance(node, cst.If):
        return isinstance(node.test, cst.Name) and node.test.value == "TYPE_CHECKING"
    if isinstance(node, cst.Assign):
        names_a_type = m.matches(node.value, m.Subscript(m.Name(m.MatchIfTrue(TYPES.__contains__))))
        return names_a_type or m.matches(node.targets[0].target, m.Name("__all__"))
    if isinstance(node, cst.Call):
        return isinstance(node.func, cst.Name) and node.func.value in FOR_TYPES
    return isinstance(node, LEFT_OUT) or m.matches(node, ENCODED)


def _changes(node: cst.CSTNode) -> Iterator[Change]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind) and operator is not operator_string:
            yield from ((node, after) for after in operator(node) if not _without_encoding(node, after))
    if isinstance(node, cst.SimpleString):
        yield from ((node, after) for after in _other_word(node))
    elif isinstance(node, cst.If | cst.While | cst.CompIf) and isinstance(node.test, CONDITION):
        inner = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield node.test, cst.UnaryOperation(cst.Not(), inner)
    elif isinstance(node, cst.FormattedStringExpression):
        yield node.expression, cst.Name("None")
    elif isinstance(node, cst.Expr) and isinstance(node.value, cst.Call):
        yield node, cst.Pass()


def _without_encoding(before: cst.CSTNode, after: cst.CSTNode) -> bool:
    """Whether the change is that an encoding is left to the platform, where it is UTF-8 anyway."""
    return m.findall(before, ENCODED) != [] and len(m.findall(after, ENCODED)) < len(m.findall(before, ENCODED))


def _other_word(node: cst.SimpleString) -> Iterable[cst.CSTNode]:
    """Of the three changes of mutmut the first is enough."""
    return () if PROSE.search(node.value) else list(operator_string(node))[:1]


def _text(node: cst.CSTNode) -> str:
    return " ".join(cst.Module([]).code_for_node(node).split())


def _described(before: str, after: str) -> str:
    """Return what becomes what, without most of what both have in common."""
    old, new = (re.findall(r"\w+|\W", text) for text in (before, after))
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tail = next((at for at in range(shorter - head) if old[-1 - at] != new[-1 - at]), shorter - head)
    start, end = max(0, head - CONTEXT), max(0, tail - CONTEXT)
    return " -> ".join(
        ("…" if start else "") + "".join(words[start : len(words) - end]) + ("…" if end else "") for words in (old, new)
    )
