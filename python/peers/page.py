"""The page "From Brian2, NEST and brainstate": its blocks of code, and what its tables say of them."""

import functools
import pathlib
import re

import numpy as np

PAGE = pathlib.Path(__file__).parents[2] / "docs/from-other-simulators.md"

#: The simulators that a model is written for, and what Python imports of each.
PEERS = {"Brian2": "brian2", "NEST": "nest", "brainstate": "brainpy"}


class Section:
    """One model: its title, the code of each simulator, and by name of a result what each column of the table says of it."""

    def __init__(self, title, text):
        self.title = title
        self.blocks = dict(re.findall(r"^### (\w+)\n+```python\n(.*?)^```", text, re.S | re.M))
        self.rows = {}
        lines = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in text.splitlines() if line.startswith("|")]
        columns, bodies = lines[0], lines[2:]
        for cells in bodies:
            self.rows[cells[0].strip("`")] = dict(zip(columns[1:], cells[1:], strict=True))

    def __repr__(self):
        return self.title

    def results(self, simulator, given):
        """Runs a block, with the names in `given` before it, and returns what it leaves under the names of the table."""
        names = dict(given)
        exec(compile(self.blocks[simulator], f"{PAGE.name}, {self.title}, {simulator}", "exec"), names)
        wanted = [name for name, said in self.rows.items() if said[simulator] != "–"]
        return {name: np.asarray(names[name], dtype=np.float64) for name in wanted}


def sections():
    """The models of the page."""
    parts = re.split(r"^## (\d\. .*)\n", PAGE.read_text(encoding="utf-8"), flags=re.M)
    return [Section(title, text) for title, text in zip(parts[1::2], parts[2::2], strict=True)]


@functools.cache
def ours(number):
    """neuropil's results of a model, by its number on the page."""
    return sections()[number - 1].results("neuropil", {})


def figures():
    """What the page has before blocks of other simulators: the names that it defines."""
    names = {}
    for section in sections():
        exec(section.blocks.get("Figures", ""), names)
    return names


def states(cell, ours):
    """Whether a cell of neuropil's column is what was found: a list of numbers, or `lowest to highest`, as many digits as it has."""
    numbers = re.findall(r"−?[\d.]+", cell)
    found = np.array([ours.min(), ours.max()]) if " to " in cell else np.atleast_1d(ours)
    if len(numbers) != len(found):
        return False
    digits = [len(number.partition(".")[2]) for number in numbers]
    return all(f"{value:.{places}f}" == number.replace("−", "-") for value, places, number in zip(found, digits, numbers))


def agrees(cell, ours, theirs):
    """Whether what a simulator found is as near to neuropil's as a cell says: `equal`, by at most so much (`0.1 mV`), or so much of it (`3 %`)."""
    if ours.shape != theirs.shape:
        return False
    off = np.max(np.abs(theirs - ours))
    if cell == "equal":
        # Times are numbers of steps times dt, each in its own rounding.
        return bool(off < 1e-9)
    number, unit = cell.split()
    return bool(np.all(np.abs(theirs - ours) <= float(number) / 100 * np.abs(ours))) if unit == "%" else bool(off <= float(number))
