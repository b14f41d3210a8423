"""Notebooks, in a kernel of their own."""

import pathlib
import sys
import tempfile

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
manager = pytest.importorskip("jupyter_client.manager")
pytest.importorskip("ipykernel")

EXAMPLES = pathlib.Path(__file__).parents[1] / "examples"


class Client(nbclient.NotebookClient):
    """Keeps all that a kernel displays, also what it takes back later."""

    def __init__(self, notebook, **options):
        super().__init__(notebook, **options)
        self.displayed = []

    def process_message(self, message, cell, index):
        if message["msg_type"] in ("display_data", "update_display_data"):
            self.displayed.append(message["content"]["data"].get("text/html", ""))
        return super().process_message(message, cell, index)


@pytest.fixture
def executed(monkeypatch):
    """Executes a notebook, in a kernel of this interpreter; returns it with its outputs, and what was displayed. A cell that fails
    raises."""
    with tempfile.TemporaryDirectory(prefix="np") as folder:
        for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
            monkeypatch.setenv(name, folder)
        # Where there are sockets of files, no network is needed, not even one within the machine.
        transport = "tcp" if sys.platform == "win32" else "ipc"

        def execute(notebook):
            kernel = manager.AsyncKernelManager(kernel_name="python3", transport=transport)
            client = Client(notebook, km=kernel, timeout=300)
            client.execute()
            return notebook, client.displayed

        yield execute


def outputs(notebook, kind):
    """What the cells of a notebook left of a kind of output, in their order."""
    found = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return [output.data[kind] for output in found if kind in output.get("data", {})]


def printed(notebook):
    """What its cells printed."""
    found = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return "".join(output.text for output in found if output.get("name") == "stdout")


def of(*cells):
    """A notebook of these cells."""
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])


def test_there_is_a_notebook_without_outputs():
    notebooks = sorted(EXAMPLES.glob("*.ipynb"))
    assert [path.name for path in notebooks] == ["tour.ipynb"]
    for path in notebooks:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert code and all(not cell.outputs and cell.execution_count is None for cell in code)


def test_the_tour_runs(executed):
    notebook, _ = executed(nbformat.read(EXAMPLES / "tour.ipynb", as_version=4))
    # Of a bar that was taken back nothing is left.
    (picture,) = filter(None, outputs(notebook, "text/html"))
    assert "<td>cells</td>" in picture and '<img width="800" src="data:image/png;base64,' in picture
    lines = printed(notebook).splitlines()
    assert len([line for line in lines if ", seed " in line]) == 10
    assert " Hz in the last 100 ms, with " in lines[-1]


def test_a_cell_that_fails_is_seen(executed):
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="there is no neuron `lfi` \\(did you mean `lif`\\?\\)"):
        executed(of('from neuropil import Network\nnet = Network("0.1 ms")\nnet.population("a", 1, "lfi")\nnet.run("1 ms")'))


def test_a_bar_is_displayed_and_taken_back(executed):
    notebook, displayed = executed(of(
        'from neuropil import Network, mA\nnet = Network("0.1 ms")\nnet.population("cells", 2000, "lif")\n'
        'net.stimulus("current", "cells", value=2 * mA)',
        "import _thread, threading\nthreading.Timer(2.0, _thread.interrupt_main).start()\n"
        'recording = net.run("100000 s", device="cpu")\nprint(recording.interrupted, recording.steps > 0)',
    ))  # fmt: skip
    # The stop button, too, ends a run with what it recorded.
    assert printed(notebook) == "True True\n"
    assert displayed[0].startswith('<progress value="') and " of 1e+08 ms, realtime factor " in displayed[0]
    assert len(displayed) > 2 and all(bar.startswith("<progress") for bar in displayed[:-1]) and displayed[-1] == ""


def test_a_short_run_has_no_bar(executed):
    notebook, displayed = executed(of(
        'from neuropil import Network\nnet = Network("0.1 ms")\nnet.population("a", 1, "lif")\nprint(net.run("1 ms", device="cpu").steps)'
    ))  # fmt: skip
    assert printed(notebook) == "10\n" and displayed == []
