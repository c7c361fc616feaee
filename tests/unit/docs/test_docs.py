# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of docs/, README and CONTRIBUTING: what they name exists, links lead somewhere, tables equal the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import docs_codes
import pytest
import yaml

ROOT = docs_codes.ROOT
PAGES = [*sorted(ROOT.glob("docs/*.md")), *(path for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md") if path.exists())]
GUIDES = sorted(ROOT.glob("docs/*.md"))
# Read by playbooks of their own rather than by a role, and prefixes of which a page speaks as such.
NOT_OF_A_ROLE = {"oceanbase_"}


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return the fenced blocks of a page: what stands behind the backticks, and the content."""
    return re.findall(r"^ *```(.*)\n((?:.*\n)*?) *```$", text(page), re.MULTILINE)


def known_variables() -> set[str]:
    """Return every variable that a role, a playbook, a default, an inventory or awx/ knows."""
    known = set(NOT_OF_A_ROLE)
    for spec in ROOT.glob("roles/*/meta/argument_specs.yml"):
        for entry in yaml.safe_load(text(spec))["argument_specs"].values():
            known |= set(entry.get("options") or {})
    for pattern in ("playbooks/*.yml", "awx/definitions/*.yml", "plugins/callback/*.py"):
        for path in ROOT.glob(pattern):
            known |= set(re.findall(r"(?<!_)\boceanbase_[a-z0-9_]+", text(path)))
    return known


def slug(heading: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {slug(heading) for heading in re.findall(r"^#+ (.*)$", text(page), re.MULTILINE)}


@pytest.fixture(scope="module")
def variables() -> set[str]:
    return known_variables()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_variable_that_is_named_exists(page: Path, variables: set[str]) -> None:
    named = set(re.findall(r"(?<![\w.])oceanbase_[a-z0-9_]+(?![\w*])", text(page)))
    assert sorted(named - variables - {"oceanbase_cluster", "oceanbase_fleet"}) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_full_name_exists(page: Path) -> None:
    known = {path.stem for folder in ("modules", "callback", "filter", "lookup") for path in ROOT.glob(f"plugins/{folder}/[!_]*.py")}
    known |= {path.stem for path in ROOT.glob("playbooks/*.yml")} | {path.parent.parent.name for path in ROOT.glob("roles/*/meta/main.yml")}
    named = set(re.findall(r"\boceanbase\.cluster\.([a-z_]+)", text(page)))
    assert sorted(named - known - {"all", "sql"}) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_file_of_the_collection_that_is_named_exists(page: Path) -> None:
    named = re.findall(r"`((?:plugins|roles|playbooks|awx|meta|tests|inventories|docs|molecule)/[\w./\-]*[\w/])`", text(page))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"^ *```(?:.*\n)*?.*```$", "", text(page), flags=re.MULTILINE)
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        name, _hash, anchor = link.partition("#")
        if re.match(r"[a-z]+:", name):
            continue
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_index_leads_to_every_page() -> None:
    named = set(re.findall(r"\]\(([\w\-]+\.md)\)", text(ROOT / "docs/index.md")))
    assert {path.name for path in GUIDES} - named == {"index.md"}


@pytest.mark.parametrize("page", GUIDES, ids=lambda path: path.name)
def test_blocks_can_be_read(page: Path) -> None:
    for info, content in blocks(page):
        language = info.split(" ")[0]
        if language in ("yaml", "yml"):
            yaml.safe_load(content)
        elif language == "json":
            json.loads(content)


@pytest.mark.parametrize("page", GUIDES, ids=lambda path: path.name)
def test_blocks_that_are_run_or_written_say_so_in_a_known_way(page: Path) -> None:
    for info, _content in blocks(page):
        assert re.fullmatch(r"|\w+|bash run|\w+ file=[\w.\-]+", info), info


def test_the_table_of_codes_is_that_of_the_code() -> None:
    """To write it anew: ./dev run python tests/unit/docs/docs_codes.py."""
    assert docs_codes.with_table(text(docs_codes.PAGE)) == text(docs_codes.PAGE)


def test_every_message_that_is_explained_is_one_that_is_said() -> None:
    said = "\n".join(text(path) for path in ROOT.glob("plugins/**/*.py"))
    explained = re.findall(r"^\| `([^`]+)` \|", text(docs_codes.PAGE).partition("## By return code")[0], re.MULTILINE)
    assert explained
    assert [message for message in explained if message not in said] == []


def test_the_fields_and_steps_of_ocp_are_all_there() -> None:
    from ansible_collections.oceanbase.cluster.plugins.module_utils._steps import STEPS
    from ansible_collections.oceanbase.cluster.plugins.plugin_utils.request import FIELDS

    page = text(ROOT / "docs/from-ocp.md")
    assert [field.api for field in FIELDS if f"`{field.variable}`" not in page or f"`{field.api}" not in page] == []
    assert re.findall(r"^\| (\d+) \| ([^|]+) \|", page, re.MULTILINE) == [(str(step.number), step.name) for step in STEPS]


def test_the_version_of_the_archive_is_that_of_the_collection() -> None:
    version = yaml.safe_load(text(ROOT / "galaxy.yml"))["version"]
    files = [*PAGES, ROOT / "execution-environment.yml", ROOT / "tests/dev/parts_delivery.py"]
    named = {found for path in files for found in re.findall(r"oceanbase-cluster-(\d+\.\d+\.\d+)\.tar\.gz", text(path))}
    assert named == {version}
