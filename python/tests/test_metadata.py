"""What the installed package says of itself."""

import importlib.metadata
import pathlib
import re

ROOT = pathlib.Path(__file__).parents[2]
PACKAGE = importlib.metadata.distribution("neuropil")


def test_it_says_what_the_crate_says():
    # Python 3.10 has no reader of TOML.
    crate = (ROOT / "Cargo.toml").read_text()
    said = dict(re.findall(r'^(\w+) = "(.*)"$', crate.split("[package]")[1].split("\n[")[0], re.M))
    metadata = PACKAGE.metadata
    assert metadata["Name"] == said["name"] and metadata["Version"] == said["version"]
    assert metadata["Summary"] == said["description"] and metadata["License-Expression"] == said["license"]
    urls = dict(url.split(", ") for url in metadata.get_all("Project-URL"))
    expected = {"Documentation": said["documentation"], "Repository": said.get("repository"), "Homepage": said.get("homepage")}
    assert urls == {name: url for name, url in expected.items() if url is not None}


def test_its_licences_are_those_of_the_repository():
    names = PACKAGE.metadata.get_all("License-File")
    assert sorted(names) == ["LICENSE-APACHE", "LICENSE-MIT"]
    for name in names:
        (found,) = [path for path in PACKAGE.files or [] if path.name == name]
        assert found.parent.name == "licenses" and found.read_text() == (ROOT / name).read_text()


def test_it_says_who_it_is_for():
    classifiers = PACKAGE.metadata.get_all("Classifier")
    for needed in ("Programming Language :: Python :: 3", "Topic :: Scientific/Engineering", "Typing :: Typed"):
        assert needed in classifiers
    assert not [classifier for classifier in classifiers if classifier.startswith("License ::")], "the expression says it"
    assert any(path.name == "py.typed" for path in PACKAGE.files or [])
    assert PACKAGE.metadata["Requires-Python"] == ">=3.10"
    # What PyPI shows is the README beside the package.
    assert (PACKAGE.metadata.get_payload() or "").strip() == (ROOT / "python/README.md").read_text().strip()
