"""How a mutant differs from the code it is made of, and how a process becomes it."""

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import Any

ROOT = Path(__file__).parent.parent
OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
LOOKUPS = {"gt": "gte", "gte": "gt", "lt": "lte", "lte": "lt"}
CONDITIONS = {"filter", "exclude", "update", "Q", "When", "get_or_create", "Outcome"}
OTHERS = {"filter": "exclude", "exclude": "filter"}
# what only orders, locks or fetches: no state and no condition
NO_CONDITION = {
    *("order_by", "select_for_update", "select_related", "values_list", "values", "alias"),
    *("update", "exists", "count", "first", "delete"),
}
LONG_TEXT = 200  # where words are cut off: no condition
Variant = tuple[str, ast.AST]


@dataclass(frozen=True, slots=True)
class Mutant:
    """`function` is empty for what stands at the top of its module.

    `statement` is the first and the last line of the statement it changes.
    """

    module: str
    file: str
    number: int
    function: str
    line: int
    statement: tuple[int, int]
    change: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.function or 'top'}: {self.change}"


def mutants_of(module: str) -> list[Mutant]:
    file = ROOT.joinpath(*module.split(".")).with_suffix(".py")  # not imported yet: no settings
    maker = _Maker()
    maker.visit(ast.parse(file.read_text()))
    return [Mutant(module, str(file), *facts) for facts in maker.made]


def live_as(mutant: Mutant) -> None:
    """From now on this process runs the mutant's code."""
    maker = _Maker(wanted=mutant.number)
    tree = ast.fix_missing_locations(maker.visit(ast.parse(Path(mutant.file).read_text())))
    module = import_module(mutant.module)
    if mutant.function:
        code = compile(tree, mutant.file, "exec")
        _function(vars(module), mutant.function).__code__ = _code(code, mutant.function)
    else:
        _set_constant(vars(module), tree, mutant.line)
    forget_cached()


class _Maker(ast.NodeTransformer):
    """Numbers all mutants, or makes the wanted one."""

    def __init__(self, wanted: int = -1) -> None:
        self.wanted = wanted
        self.made: list[tuple[int, str, int, tuple[int, int], str]] = []
        self.place: list[str] = []
        self.line = 0
        self.statement = (0, 0)

    def visit(self, node: ast.AST) -> Any:
        self.line = getattr(node, "lineno", self.line)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return self._inside(node)
        if isinstance(node, ast.stmt):
            self.statement = _span(node)
        if isinstance(node, ast.AnnAssign) and node.value:
            node.value = self.visit(node.value)  # what types say is never run
            return node
        for change, other in _variants(node) if self._counts else ():
            self.made.append((len(self.made), self.function, self.line, self.statement, change))
            if len(self.made) - 1 == self.wanted:
                return ast.copy_location(other, node) if hasattr(node, "lineno") else other
        return self.generic_visit(node)

    def _inside(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        self.place.append(node.name)
        if isinstance(node, ast.ClassDef):
            node.body = [self.visit(one) for one in node.body]
        else:
            self.place.append("")
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            node.body = [self.visit(one) for one in body]
            self.place.pop()
        self.place.pop()
        return node

    @property
    def function(self) -> str:
        """By its qualified name; the outermost of nested ones."""
        return ".".join(self.place[: self.place.index("")]) if "" in self.place else ""

    @property
    def _counts(self) -> bool:
        """A class's own body is the database's schema, which has migrations."""
        return bool(self.function) or not self.place


def _span(statement: ast.stmt) -> tuple[int, int]:
    """First and last line, without those of the statements in it."""
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if body else statement.end_lineno or statement.lineno
    return statement.lineno, max(last, statement.lineno)


def _variants(node: ast.AST) -> Iterator[Variant]:
    for kind, vary in VARIED:
        if isinstance(node, kind):
            yield from vary(node)


def _states(node: ast.Attribute) -> Iterator[Variant]:
    owner = ast.unparse(node.value)
    if not owner.endswith("State") or not node.attr.isupper():
        return
    names = ("ACTIVE", "PAUSED") if owner == "Subscriber.State" else ("SKIPPED", "READY")
    other = names[node.attr == names[0]]
    yield f"{node.attr} -> {other}", ast.Attribute(node.value, other, node.ctx)


def _comparisons(node: ast.Compare) -> Iterator[Variant]:
    other = OPPOSITES[type(node.ops[0])]()
    yield f"not {ast.unparse(node)}", ast.Compare(node.left, [other], node.comparators)


def _steps(node: ast.Call) -> Iterator[Variant]:
    """A step of a query left out, or turned round."""
    if not isinstance(node.func, ast.Attribute):
        return
    name, before = node.func.attr, node.func.value
    if isinstance(before, ast.Call) and name not in NO_CONDITION:
        yield f"without .{name}()", before
    if name in OTHERS:
        func = ast.Attribute(before, OTHERS[name], node.func.ctx)
        yield f"{OTHERS[name]} for {name}", ast.Call(func, node.args, node.keywords)


def _conditions(node: ast.Call) -> Iterator[Variant]:
    """One of several conditions, or written columns, left out."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name not in CONDITIONS:
        return
    several = len(node.args) + len(node.keywords) > 1
    for at, argument in enumerate(node.args):
        if several and name != "Outcome":
            args = node.args[:at] + node.args[at + 1 :]
            yield f"{name} without {ast.unparse(argument)}", _call(node, args, node.keywords)
    for at, keyword in enumerate(node.keywords):
        rest = node.keywords[:at] + node.keywords[at + 1 :]
        if several:
            yield f"{name} without {ast.unparse(keyword)}", _call(node, node.args, rest)
        yield from _lookups(node, at)


def _lookups(node: ast.Call, at: int) -> Iterator[Variant]:
    field, _, lookup = (node.keywords[at].arg or "").rpartition("__")
    if lookup in LOOKUPS:
        keywords = list(node.keywords)
        keywords[at] = ast.keyword(f"{field}__{LOOKUPS[lookup]}", keywords[at].value)
        yield f"{field} {LOOKUPS[lookup]} for {lookup}", _call(node, node.args, keywords)


def _call(node: ast.Call, args: list[ast.expr], keywords: list[ast.keyword]) -> ast.Call:
    return ast.Call(node.func, args, keywords)


def _operators(node: ast.BinOp) -> Iterator[Variant]:
    if _is_type(node.left) and _is_type(node.right):
        return
    if isinstance(node.op, ast.BitOr | ast.BitAnd):
        yield f"only {ast.unparse(node.left)}", node.left
        yield f"only {ast.unparse(node.right)}", node.right
    elif isinstance(node.op, ast.Add | ast.Sub):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield f"sign of {ast.unparse(node)}", ast.BinOp(node.left, other, node.right)


def _is_type(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id.istitle()


def _joined(node: ast.BoolOp) -> Iterator[Variant]:
    for value in node.values:
        yield f"only {ast.unparse(value)}", value


def _negations(node: ast.UnaryOp) -> Iterator[Variant]:
    if isinstance(node.op, ast.Invert | ast.Not):
        yield f"without the not of {ast.unparse(node)}", node.operand


def _entries(node: ast.Dict) -> Iterator[Variant]:
    for at, key in enumerate(node.keys):
        keys, values = (
            node.keys[:at] + node.keys[at + 1 :],
            node.values[:at] + node.values[at + 1 :],
        )
        rest = ast.Dict(keys, values)
        yield f"dict without {ast.unparse(key) if key else ast.unparse(node.values[at])}", rest


def _members(node: ast.List | ast.Tuple) -> Iterator[Variant]:
    if isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        for at, element in enumerate(node.elts):
            rest = node.elts[:at] + node.elts[at + 1 :]
            if ast.unparse(element).split(".")[-1].isupper():
                yield f"list without {ast.unparse(element)}", type(node)(rest, node.ctx)


def _constants(node: ast.Constant) -> Iterator[Variant]:
    if isinstance(node.value, bool):
        yield f"{not node.value} for {node.value}", ast.Constant(not node.value)
    elif isinstance(node.value, int) and node.value < LONG_TEXT:
        yield f"{node.value + 1} for {node.value}", ast.Constant(node.value + 1)


def _statements(node: ast.Expr | ast.AugAssign) -> Iterator[Variant]:
    words = ast.unparse(node)
    if not words.startswith("logger.") and not isinstance(getattr(node, "value", 0), ast.Constant):
        yield f"without {words}", ast.Pass()


def _choices(node: ast.If | ast.IfExp) -> Iterator[Variant]:
    for always in (True, False):
        other = type(node)(ast.Constant(always), node.body, node.orelse)  # type: ignore[arg-type]
        yield f"if {always} for {ast.unparse(node.test)}", other


VARIED: list[tuple[Any, Callable[[Any], Iterator[Variant]]]] = [
    (ast.Attribute, _states),
    (ast.Compare, _comparisons),
    (ast.Call, _steps),
    (ast.Call, _conditions),
    (ast.BinOp, _operators),
    (ast.BoolOp, _joined),
    (ast.UnaryOp, _negations),
    (ast.Dict, _entries),
    (ast.List | ast.Tuple, _members),
    (ast.Constant, _constants),
    (ast.Expr | ast.AugAssign, _statements),
    (ast.If | ast.IfExp, _choices),
]


def _function(names: Any, function: str) -> Any:
    """The function itself, beneath what decorates it."""
    found: Any = None
    for name in function.split("."):
        found = names[name]
        names = getattr(found, "__dict__", {})
    for beneath in ("fget", "__func__", "__wrapped__"):
        found = getattr(found, beneath, None) or found
    return found


def _code(outer: CodeType, function: str) -> CodeType:
    for constant in outer.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_qualname == function:
                return constant
            if function.startswith(constant.co_qualname + "."):
                return _code(constant, function)
    raise LookupError(function)


def _set_constant(names: dict[str, Any], tree: ast.Module, line: int) -> None:
    """And whoever imported it has the new one too."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and _spans(node, line) and node.value:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            name = ast.unparse(target)
            before = names[name]
            value = eval(compile(ast.Expression(node.value), "mutant", "eval"), names)  # noqa: S307  # our own code
            for module in [one for key, one in sys.modules.items() if _ours(key)]:
                if getattr(module, name, None) is before:
                    setattr(module, name, value)


def forget_cached() -> None:
    """What the code left in caches, such as compiled statements: the next one runs it again."""
    for module in [one for key, one in sys.modules.items() if _ours(key)]:
        for value in list(vars(module).values()):
            if isinstance(value, type(_ours)):
                value.cache_clear()


def _spans(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or line)


@cache
def _ours(module: str) -> bool:
    return module.startswith(("subscriptions", "papers"))
