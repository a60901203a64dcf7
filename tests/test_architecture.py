"""Rules of the house that no linter knows, and the contracts of import-linter."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
SOURCES = ("bot", "handlers", "storage")
VAGUE_NAMES = {"utils", "helpers", "common", "manager", "base", "misc"}

LONGEST_MODULE_LINES = 400
LONGEST_FUNCTION_LINES = 50
LONGEST_CHAIN_IMPORTS = 7
# What may be longer, each with the reason. The list is kept short: an entry that is not needed
# any more fails its test.
LONG_MODULES: dict[str, str] = {
    "bot/domain/errors.py": "the whole tree of errors, on one page: data, not logic",
}
LONG_FUNCTIONS: dict[str, str] = {}

# A rule is told the time and its ids; the composition root alone asks for them.
CLOCK_AND_CHANCE = {
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "date.today",
    "time.monotonic",
    "time.perf_counter",
    "time.time",
    "os.urandom",
    "uuid.uuid4",
}
CHANCE_MODULES = {"random", "secrets"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Every function with its dotted name inside the module."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield f"{prefix}{node.name}", node
        if isinstance(node, Function | ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute, or the empty text for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr) if owner := dotted(value):
            return f"{owner}.{attr}"
        case _:
            return ""


def impurities(tree: ast.AST) -> Iterator[str]:
    """Where the code asks for the time or for chance instead of being told."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        name = dotted(node)
        last_two = ".".join(name.split(".")[-2:])
        if last_two in CLOCK_AND_CHANCE or name.split(".")[0] in CHANCE_MODULES:
            yield f"line {node.lineno}: {name}"


def test_every_import_contract_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """The arrows between the packages are those of the design."""
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_modules_are_named_for_what_they_hold() -> None:
    """A name that fits everything collects everything."""
    vague = [
        shown(path)
        for path in modules(*SOURCES, "tests")
        if VAGUE_NAMES & set(path.stem.split("_"))
    ]
    assert vague == []


def test_every_module_says_what_it_is_for() -> None:
    """The first line of a module tells a newcomer whether to read on."""
    silent = [
        shown(path)
        for path in modules(*SOURCES, "tests")
        if not ast.get_docstring(parsed(path)) and path.name != "__init__.py"
    ]
    assert silent == []


def test_importing_the_bot_package_imports_nothing() -> None:
    """The packages import one another, so only an empty `bot/__init__.py` keeps out of cycles."""
    assert (ROOT / "bot" / "__init__.py").read_text(encoding="utf-8") == ""


def imports_within(package: str) -> dict[str, set[str]]:
    """The modules of a package that each of its modules imports, by dotted name."""
    names = {shown(path)[:-3].replace("/", "."): path for path in modules(package)}
    graph: dict[str, set[str]] = {}
    for name, path in names.items():
        found = set()
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names} & names.keys()
                found |= inner or ({node.module} & names.keys())
        graph[name] = found - {name}
    return graph


def longest_chain(graph: dict[str, set[str]]) -> list[str]:
    """The longest chain of imports, from its first module to its last."""

    @cache
    def below(name: str) -> tuple[str, ...]:
        return (name, *longest(graph[name]))

    def longest(names: Iterable[str]) -> tuple[str, ...]:
        chains = [below(name) for name in sorted(names)]
        length = max(map(len, chains), default=0)
        return next((chain for chain in chains if len(chain) == length), ())

    return list(longest(graph))


def test_no_import_chain_in_handlers_is_longer_than_seven() -> None:
    """A reader who follows a button press from the registry down opens few files."""
    chain = longest_chain(imports_within("handlers"))
    assert len(chain) - 1 <= LONGEST_CHAIN_IMPORTS, " > ".join(chain)


def test_the_longest_chain_is_found() -> None:
    graph = {"a": {"b", "c"}, "b": {"c"}, "c": set(), "d": {"c"}}
    assert longest_chain(graph) == ["a", "b", "c"]


def test_modules_are_short() -> None:
    """What is longer than 400 lines holds two things, or stands on the list with its reason."""
    long = {
        shown(path)
        for path in modules(*SOURCES)
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE_LINES
    }
    assert long == set(LONG_MODULES)


def test_functions_are_short() -> None:
    """What is longer than 50 lines does two things, or stands on the list with its reason."""
    long = {
        f"{shown(path)}: {name}"
        for path in modules(*SOURCES)
        for name, function in functions(parsed(path))
        if (function.end_lineno or 0) - function.lineno + 1 > LONGEST_FUNCTION_LINES
    }
    assert long == set(LONG_FUNCTIONS)


def test_rules_and_use_cases_are_told_the_time() -> None:
    """A rule that asks the clock fails at midnight, and one that asks chance cannot be tested."""
    found = [
        f"{shown(path)}, {impurity}"
        for path in modules("bot/domain", "bot/services")
        for impurity in impurities(parsed(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "import datetime\ndatetime.datetime.now(tz)",
        "from datetime import datetime\nlater = datetime.now",
        "import time\ntime.time()",
        "import random\nrandom.random()",
        "import uuid\nuuid.uuid4().hex",
    ],
)
def test_the_search_for_clocks_finds_them(code: str) -> None:
    """The rule above can fail."""
    assert len(list(impurities(ast.parse(code)))) == 1


def test_the_search_for_clocks_leaves_the_rest_alone() -> None:
    """A clock that is passed in is the right way."""
    assert list(impurities(ast.parse("clock.now()\nself.clock.now()\ndatetime.min"))) == []
