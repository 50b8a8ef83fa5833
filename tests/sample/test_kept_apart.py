"""The pipeline cannot know the simulator: only `cls sample` imports it, and nobody else knows of the truth folder."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cls_pipeline
from cls_pipeline.settings import PROJECT_ROOT

PACKAGE = Path(cls_pipeline.__file__).parent
SAMPLE = "cls_pipeline.sample"
#: The one module outside that may import the simulator, when somebody asks for a sample.
COMMAND = "cli/sample.py"

OUTSIDE = {
    name: path.read_text(encoding="utf-8")
    for path in sorted(PACKAGE.rglob("*.py"))
    if not (name := path.relative_to(PACKAGE).as_posix()).startswith("sample/") and name != COMMAND
}


def imported(source: str, module: str) -> Iterator[str]:
    """Every module or name that a module's source imports, however deep it stands, and texts that name a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[\w.]+", node.value):
            yield f"cls_pipeline{node.value}" if node.value.startswith(".") else node.value


def knows_the_sample(source: str, module: str) -> bool:
    return any(name == SAMPLE or name.startswith(f"{SAMPLE}.") for name in imported(source, module))


def knows_the_truth(source: str) -> bool:
    """Whether code, without its comments and docstrings, has the word by itself in a name or a text."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if documented and ast.get_docstring(node) is not None:
            node.body[0] = ast.Pass()
    return re.search(r"\btruth\b", ast.unparse(tree)) is not None


@pytest.mark.parametrize(
    "source",
    [
        "import cls_pipeline.sample",
        "import cls_pipeline.sample.world as w",
        "def f():\n    from cls_pipeline.sample.world import make_world",
        "from cls_pipeline import sample",
        "from .. import sample",
        "from ..sample.truth import monthly_truth",
        "if TYPE_CHECKING:\n    from cls_pipeline.sample import write_sample",
        "importlib.import_module('cls_pipeline.sample.truth')",
        "importlib.import_module('.sample', 'cls_pipeline')",
        "files('cls_pipeline.sample').joinpath('sites.csv')",
    ],
)
def test_no_way_of_importing_the_simulator_is_overlooked(source: str) -> None:
    assert knows_the_sample(source, "cls_pipeline.conform.read")


@pytest.mark.parametrize(
    "source", ["from cls_pipeline.cli import sample", "from . import sample", "sample = 'cls_pipeline_sample'"]
)
def test_the_command_and_other_names_are_not_taken_for_the_simulator(source: str) -> None:
    assert not knows_the_sample(source, "cls_pipeline.cli.console")


@pytest.mark.parametrize(
    ("source", "knows"),
    [
        ("path = home / 'truth' / 'monthly.parquet'", True),
        ("path = f'{home}/truth/{name}.parquet'", True),
        ("path = settings.truth", True),
        ("def f():\n    'As the truth has it.'\n    return 1  # truth", False),
        ("def _truth(value): ...", False),
    ],
)
def test_the_truth_folder_is_found_in_code_and_not_in_prose(source: str, knows: bool) -> None:
    assert knows_the_truth(source) == knows


def test_only_the_sample_command_imports_the_simulator() -> None:
    names = {name: "cls_pipeline." + name.removesuffix(".py").replace("/", ".") for name in OUTSIDE}
    assert len(OUTSIDE) > 80
    assert [name for name, source in OUTSIDE.items() if knows_the_sample(source, names[name])] == []
    assert knows_the_sample((PACKAGE / COMMAND).read_text(encoding="utf-8"), "cls_pipeline.cli.sample")


def test_no_module_outside_the_simulator_knows_of_the_truth() -> None:
    assert [name for name, source in OUTSIDE.items() if knows_the_truth(source)] == []


def test_no_dbt_model_reads_the_truth() -> None:
    # Descriptions may say against what a model is tested; no path may lead to the folder.
    words = {".sql": r"\btruth\b", ".py": r"\btruth\b", ".csv": r"\btruth\b", ".yml": r"\btruth/|/truth\b"}
    files = [path for path in (PROJECT_ROOT / "dbt_project").rglob("*") if path.suffix in words]
    assert len(files) > 80
    knowing = [path.name for path in files if re.search(words[path.suffix], path.read_text(encoding="utf-8"))]
    assert knowing == []
