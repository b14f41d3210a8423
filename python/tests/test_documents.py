"""What documents and examples say is run."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

PYTHON = pathlib.Path(__file__).parents[1]


def test_the_readme_runs(tmp_path, monkeypatch):
    pytest.importorskip("pandas")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (PYTHON / "README.md").read_text(), re.S)
    assert len(blocks) >= 4
    exec(compile("\n".join(blocks), "README.md", "exec"), {})
    assert (tmp_path / "raster.png").stat().st_size > 0


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
