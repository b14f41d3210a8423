"""What documents and examples say is run."""

import ast
import dataclasses
import inspect
import os
import pathlib
import re
import subprocess
import sys

import pytest

import neuropil

PYTHON = pathlib.Path(__file__).parents[1]


def blocks():
    return re.findall(r"```python\n(.*?)```", (PYTHON / "README.md").read_text(), re.S)


def test_the_readme_runs(tmp_path, monkeypatch):
    pytest.importorskip("pandas")
    monkeypatch.chdir(tmp_path)
    program = "\n".join(blocks())
    assert len(blocks()) >= 5
    # As it stands, but for the number of networks and where they run.
    thousand = 'numpy.linspace(0, 4, 50) * nS}, seeds=range(20), device="auto"'
    assert program.count(thousand) == 1 and program.count("(-1, 20)") == 1
    program = program.replace(thousand, 'numpy.linspace(0, 4, 2) * nS}, seeds=range(2), device="cpu"').replace("(-1, 20)", "(-1, 2)")
    names = {}
    exec(compile(program, "README.md", "exec"), names)
    assert (tmp_path / "raster.png").stat().st_size > 0
    low, high = names["rates"].mean(axis=1)
    assert 0 < low < high


def test_a_thousand_networks_take_eight_lines():
    (block,) = (block for block in blocks() if "range(20)" in block)
    start, end = block.index("net = Network("), block.index("rates = ")
    said = block[start:end].strip().splitlines()
    assert len(said) == 8 and not any(line.startswith((" ", "#")) for line in said)
    # What is measured is what is shown.
    bench = (PYTHON / "benches/thousand.py").read_text()
    measured = [line.replace("50) * nS}, seeds=range(20)", "weights) * nS}, seeds=range(seeds)") for line in said]
    measured[-1] = measured[-1].replace('device="auto"', "device=device")
    assert "\n".join(f"    {line}" for line in measured) in bench
    assert "WEIGHTS, SEEDS = 50, 20\n" in bench


def public(of, name):
    """What a module or a class of ours offers, by name: itself, and what is in it."""
    yield name, of
    if inspect.isclass(of):
        for inner, value in vars(of).items():
            function = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
            if (not inner.startswith("_") or inner == "__init__") and (callable(function) or isinstance(value, property)):
                yield f"{name}.{inner}", function


def undocumented(module):
    offered = [item for name in module.__all__ if not name.startswith("__") for item in public(getattr(module, name), name)]
    # What a tuple or a dataclass is made of says `#:` beside it, and its exceptions are made by the extension.
    made = [name for name, of in offered if isinstance(of, type) and (issubclass(of, (tuple, Exception)) or dataclasses.is_dataclass(of))]
    return [
        name for name, of in offered
        if not (getattr(of, "__doc__", None) or "").strip() and name not in [f"{one}.__init__" for one in made]
    ], len(offered)  # fmt: skip


def test_all_that_is_offered_is_documented():
    missing, count = undocumented(neuropil)
    assert missing == [] and count > 140


@pytest.mark.parametrize("table", ["population", "projection", "stimulus", "record"])
def test_docstrings_have_all_keys(table):
    text = (PYTHON.parent / "docs/network-file.md").read_text()
    (keys,) = re.findall(rf"<!-- {table}:begin -->(.*?)<!-- {table}:end -->", text, re.S)
    method = getattr(neuropil.Network, table)
    names = set(re.findall(r"^\| `(\w+)` \|", keys, re.M)) - {"like", "name"}
    if table == "stimulus":
        names |= {"start", "stop"}
        (kinds,) = re.findall(r"<!-- stimuli:begin -->(.*?)<!-- stimuli:end -->", text, re.S)
        rows = re.findall(r"""^\| (?:`"(\w+)"`)? ?\| `(\w+)` \|""", kinds, re.M)
        names |= {name for row in rows for name in row} - {"", "key"}
        assert {"dense", "sampler", "times"} < names
    missing = {name for name in names if not re.search(rf"``[^`]*\b{name}\b[^`]*``", inspect.getdoc(method))}
    assert missing == set() and len(names) > 5


def test_what_is_not_documented_is_found():
    class Bare:
        """It is."""

        def method(self):
            pass

    module = type("module", (), {"__all__": ["Bare"], "Bare": Bare})
    assert undocumented(module) == (["Bare.method"], 2)


def fields(tree):
    """The fields of public classes, and what their makers set: names and lines."""
    for kind in ast.walk(tree):
        if isinstance(kind, ast.ClassDef) and not kind.name.startswith("_"):
            makers = [part for part in kind.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"]
            for part in [*kind.body, *(line for maker in makers for line in maker.body)]:
                if isinstance(part, (ast.Assign, ast.AnnAssign)):
                    target = part.targets[0] if isinstance(part, ast.Assign) else part.target
                    own = isinstance(target, ast.Attribute) or part in kind.body
                    name = getattr(target, "attr", getattr(target, "id", "_"))
                    if own and not name.startswith("_"):
                        yield f"{kind.name}.{name}", part.lineno


def test_fields_are_documented():
    count = 0
    for path in sorted((PYTHON / "neuropil").glob("*.py")):
        text = path.read_text()
        lines = text.splitlines()
        for name, line in fields(ast.parse(text)):
            count += 1
            assert lines[line - 2].lstrip().startswith("#:"), f"{path.name}:{line}: {name}"
    assert count > 30


@pytest.mark.parametrize("example", sorted((PYTHON / "examples").glob("*.py")), ids=lambda path: path.name)
def test_examples_run(example):
    command = [sys.executable, str(example), "--device", "cpu", "--duration", "20 ms"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, timeout=300)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"[0-9a-f]{64}", done.stdout.splitlines()[-1])


def test_types_are_as_the_stubs_say():
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--config-file", str(PYTHON / "pyproject.toml"), str(PYTHON / "neuropil")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout


def test_the_stub_has_what_the_extension_has():
    from neuropil import _neuropil

    stub = (PYTHON / "neuropil/_neuropil.pyi").read_text()
    said = {line.split()[1].split("(")[0].rstrip(":") for line in stub.splitlines() if line.startswith(("def ", "class "))}
    there = {name for name in dir(_neuropil) if not name.startswith("__")}
    assert said == there - {"_neuropil"}
    for name in there & said:
        part = getattr(_neuropil, name)
        if isinstance(part, type):
            body = stub.split(f"class {name}:")[1].split("\nclass ")[0]
            methods = {method for method in vars(part) if not method.startswith("__")}
            missing = [method for method in methods if not re.search(rf"(def {method}\(|\b{method}: )", body)]
            assert missing == [], name
