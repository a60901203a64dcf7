"""Rules of the code base that the linters cannot check, and import-linter's contracts."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
SOURCES = ("bot", "handlers", "storage")
VAGUE_NAMES = {"utils", "helpers", "common", "manager", "base", "misc"}

MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 50
MAX_CHAIN_IMPORTS = 7
# Exceptions to these limits, with the reason. An entry that is no longer needed fails its test.
LONG_MODULES: dict[str, str] = {
    "bot/domain/errors.py": "the whole tree of errors in one place: data, not logic",
}
LONG_FUNCTIONS: dict[str, str] = {}

# Rules get the time and ids as arguments; only the composition root calls these functions.
IMPURE_CALLS = {
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
RANDOM_MODULES = {"random", "secrets"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Yield every function with its dotted name inside the module."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield f"{prefix}{node.name}", node
        if isinstance(node, Function | ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for an attribute, or "" for any other expression."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr) if owner := dotted(value):
            return f"{owner}.{attr}"
        case _:
            return ""


def impurities(tree: ast.AST) -> Iterator[str]:
    """Yield each use of the clock or of randomness, with its line."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        name = dotted(node)
        last_two = ".".join(name.split(".")[-2:])
        if last_two in IMPURE_CALLS or name.split(".")[0] in RANDOM_MODULES:
            yield f"line {node.lineno}: {name}"


def test_every_import_contract_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_module_has_a_vague_name() -> None:
    """Unrelated code collects in a module whose name fits everything."""
    vague = [
        relative(path)
        for path in modules(*SOURCES, "tests")
        if VAGUE_NAMES & set(path.stem.split("_"))
    ]
    assert vague == []


def test_every_module_has_a_docstring() -> None:
    missing = [
        relative(path)
        for path in modules(*SOURCES, "tests")
        if not ast.get_docstring(parsed(path)) and path.name != "__init__.py"
    ]
    assert missing == []


def test_importing_the_bot_package_imports_nothing() -> None:
    """The packages in `bot` import one another, so code in `bot/__init__.py` would cause cycles."""
    assert (ROOT / "bot" / "__init__.py").read_text(encoding="utf-8") == ""


def test_what_few_shops_need_is_not_imported_at_start() -> None:
    """Pictures, metrics and the web server take 6 MB of memory."""
    code = (
        "import sys, bot.app, handlers.registry; "
        "heavy = {'PIL', 'segno', 'prometheus_client', 'aiohttp.web', 'matplotlib', 'zxingcpp'};"
        "heavy.add('bot.sandbox');"
        "early = heavy & sys.modules.keys(); import bot.web.server;"
        # Most shops have a web server, and nobody asks it for metrics.
        "early |= {'prometheus_client'} & sys.modules.keys(); sys.exit(str(early) if early else 0)"
    )
    done = subprocess.run(  # noqa: S603 - the code above
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def imports_within(package: str) -> dict[str, set[str]]:
    """Return the modules of a package that each of its modules imports, by dotted name."""
    names = {relative(path)[:-3].replace("/", "."): path for path in modules(package)}
    graph: dict[str, set[str]] = {}
    for name, path in names.items():
        found = set()
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ImportFrom) and node.module:
                inside = {f"{node.module}.{alias.name}" for alias in node.names} & names.keys()
                found |= inside or ({node.module} & names.keys())
        graph[name] = found - {name}
    return graph


def longest_chain(graph: dict[str, set[str]]) -> list[str]:
    """Return the longest chain of imports, from its first module to its last."""

    @cache
    def below(name: str) -> tuple[str, ...]:
        return (name, *longest(graph[name]))

    def longest(names: Iterable[str]) -> tuple[str, ...]:
        chains = [below(name) for name in sorted(names)]
        length = max(map(len, chains), default=0)
        return next((chain for chain in chains if len(chain) == length), ())

    return list(longest(graph))


def test_no_import_chain_in_handlers_is_longer_than_seven() -> None:
    """A reader who follows a button press down from the registry has to open few files."""
    chain = longest_chain(imports_within("handlers"))
    assert len(chain) - 1 <= MAX_CHAIN_IMPORTS, " > ".join(chain)


def test_the_longest_chain_is_found() -> None:
    graph = {"a": {"b", "c"}, "b": {"c"}, "c": set(), "d": {"c"}}
    assert longest_chain(graph) == ["a", "b", "c"]


def test_no_module_is_longer_than_400_lines() -> None:
    long = {
        relative(path)
        for path in modules(*SOURCES)
        if len(path.read_text(encoding="utf-8").splitlines()) > MAX_MODULE_LINES
    }
    assert long == set(LONG_MODULES)


def test_no_function_is_longer_than_50_lines() -> None:
    long = {
        f"{relative(path)}: {name}"
        for path in modules(*SOURCES)
        for name, function in functions(parsed(path))
        if (function.end_lineno or 0) - function.lineno + 1 > MAX_FUNCTION_LINES
    }
    assert long == set(LONG_FUNCTIONS)


def test_domain_and_services_use_no_clock_and_no_randomness() -> None:
    """Tests of a rule that reads the clock fail at midnight; a random rule cannot be tested."""
    found = [
        f"{relative(path)}, {impurity}"
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
def test_uses_of_clock_and_randomness_are_found(code: str) -> None:
    assert len(list(impurities(ast.parse(code)))) == 1


def test_a_clock_that_is_passed_in_is_allowed() -> None:
    assert list(impurities(ast.parse("clock.now()\nself.clock.now()\ndatetime.min"))) == []
