# SPDX-License-Identifier: GPL-3.0-or-later
"""awx/load.yml: what it hands to awx.awx is what those modules and AWX take, and it holds together."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import awx_definitions
import awx_rules
import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.request import FIELDS

ROOT = awx_definitions.ROOT
PROJECT = ROOT / "awx/project"
RECORDED = json.loads((Path(__file__).parent / "fixtures/awx_awx_options.json").read_text(encoding="utf-8"))
CALLS = awx_definitions.calls()
TEMPLATES = awx_definitions.of("job_template")
WORKFLOWS = awx_definitions.of("workflow_job_template")
CREDENTIAL_TYPES = awx_definitions.of("credential_type")
SURVEYED = {**TEMPLATES, **WORKFLOWS}
# Read by playbooks rather than by a role.
OF_PLAYBOOKS = {name for path in ROOT.glob("playbooks/*.yml") for name in re.findall(r"\boceanbase_[a-z_]+", path.read_text(encoding="utf-8"))}
# It works on files of the person who runs it.
NOT_FOR_AWX = {"convert_obd"}
PLAYBOOKS = {path.stem for path in ROOT.glob("playbooks/*.yml")} - NOT_FOR_AWX


def questions(survey: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {question["variable"]: question for question in survey["spec"]}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.module}: {call.arguments['name']}")
def test_the_module_takes_the_arguments(call: awx_definitions.Call) -> None:
    spec = RECORDED["modules"][call.module]
    validated = ArgumentSpecValidator(spec).validate(json.loads(json.dumps(call.arguments)))
    assert validated.error_messages == []


def test_every_module_used_is_recorded() -> None:
    assert {call.module for call in CALLS} == set(RECORDED["modules"])


@pytest.mark.parametrize("name", SURVEYED)
def test_awx_takes_the_survey(name: str) -> None:
    survey = SURVEYED[name]["survey_spec"]
    assert list(awx_rules.survey_faults(json.loads(json.dumps(survey)))) == []
    assert SURVEYED[name]["survey_enabled"] is True


@pytest.mark.parametrize("name", SURVEYED)
def test_every_question_sets_a_variable_that_is_read(name: str) -> None:
    roles = [path.parents[1].name for path in ROOT.glob("roles/*/meta/argument_specs.yml")]
    known = OF_PLAYBOOKS.union(*(awx_definitions.role_options(role) for role in roles))
    assert set(questions(SURVEYED[name]["survey_spec"])) - known == set()


@pytest.mark.parametrize("name", SURVEYED)
def test_no_question_asks_for_a_secret_or_for_what_a_credential_sets(name: str) -> None:
    injected = {variable for entry in CREDENTIAL_TYPES.values() for variable in entry["injectors"]["extra_vars"]}
    asked = questions(SURVEYED[name]["survey_spec"])
    assert [key for key, question in asked.items() if question["type"] == "password" or key in injected or "password" in key] == []


def test_the_survey_mirrors_the_fields_of_the_request() -> None:
    asked = questions(TEMPLATES["OceanBase create cluster"]["survey_spec"])
    assert {field.variable for field in FIELDS} - set(asked) == {"oceanbase_password"}


@pytest.mark.parametrize("name", ["OceanBase create cluster", "OceanBase precheck"])
def test_defaults_and_choices_are_those_of_the_role(name: str) -> None:
    options = awx_definitions.role_options()
    for variable, question in questions(TEMPLATES[name]["survey_spec"]).items():
        option = options.get(variable, {})
        if "choices" in option:
            assert set(question["choices"]) == set(option["choices"]), variable
        if variable != "oceanbase_precheck_profile" and question["type"] in ("multiplechoice", "integer"):
            assert str(question["default"]).lower() == str(option["default"]).lower(), variable


def test_workflow_and_plan_ask_what_the_creation_asks() -> None:
    survey = TEMPLATES["OceanBase create cluster"]["survey_spec"]
    assert TEMPLATES["OceanBase plan"]["survey_spec"] == survey
    assert WORKFLOWS["OceanBase create cluster with approval"]["survey_spec"] == survey


@pytest.mark.parametrize("name", CREDENTIAL_TYPES)
def test_awx_takes_the_credential_type(name: str) -> None:
    entry = CREDENTIAL_TYPES[name]
    assert list(awx_rules.credential_type_faults(entry["inputs"], entry["injectors"])) == []


@pytest.mark.parametrize("name", CREDENTIAL_TYPES)
def test_secrets_are_injected_as_extra_variables_and_nowhere_else(name: str) -> None:
    """Runner keeps the environment and the command line with the artefacts; AWX hands extra variables over in a file."""
    entry = CREDENTIAL_TYPES[name]
    assert set(entry["injectors"]) == {"extra_vars"}
    assert all(field["secret"] is True for field in entry["inputs"]["fields"])
    options = awx_definitions.role_options()
    for variable, template in entry["injectors"]["extra_vars"].items():
        assert options[variable]["no_log"] is True if variable in options else variable in OF_PLAYBOOKS
        assert re.fullmatch(r"\{\{ [a-z_]+ \}\}", template), "the template has to reach AWX unfilled"


def test_every_secret_of_the_role_has_a_credential() -> None:
    injected = {variable for entry in CREDENTIAL_TYPES.values() for variable in entry["injectors"]["extra_vars"]}
    assert {name for name, option in awx_definitions.role_options().items() if option.get("no_log")} - injected == set()


def test_every_playbook_has_a_job_template_and_a_file_in_the_project() -> None:
    wrappers = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in PROJECT.glob("*.yml")}
    imported = {play["ansible.builtin.import_playbook"] for plays in wrappers.values() for play in plays if "ansible.builtin.import_playbook" in play}
    assert imported == {f"oceanbase.cluster.{name}" for name in PLAYBOOKS}, "awx/project and awx/definitions/job_templates.yml follow playbooks/"
    assert {arguments["playbook"] for arguments in TEMPLATES.values()} == {f"{name}.yml" for name in wrappers}


def test_templates_in_extra_vars_reach_awx_unfilled() -> None:
    for arguments in TEMPLATES.values():
        assert "{{ oceanbase_name }}" in arguments["extra_vars"]["oceanbase_artifacts_dir"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_nodes_name_job_templates_that_exist_and_each_other(name: str) -> None:
    nodes = WORKFLOWS[name]["workflow_nodes"]
    names = [node["identifier"] for node in nodes]
    assert len(names) == len(set(names))
    for node in nodes:
        template = node["unified_job_template"]
        assert template["type"] == "workflow_approval" or template["name"] in TEMPLATES
        assert {edge["identifier"] for edges in node.get("related", {}).values() for edge in edges} <= set(names)


PATHS = [
    (set(), ["plan", "precheck", "approval", "create", "task_page"], "successful"),
    ({"plan"}, ["plan"], "failed"),
    ({"precheck"}, ["plan", "precheck"], "failed"),
    ({"approval"}, ["plan", "precheck", "approval"], "failed"),
    ({"create", "task_page_of_failure"}, ["plan", "precheck", "approval", "create", "task_page_of_failure"], "failed"),
    ({"task_page"}, ["plan", "precheck", "approval", "create", "task_page"], "failed"),
]


@pytest.mark.parametrize(("failing", "ran", "status"), PATHS)
def test_each_way_through_the_workflow(failing: set[str], ran: list[str], status: str) -> None:
    nodes = WORKFLOWS["OceanBase create cluster with approval"]["workflow_nodes"]
    assert awx_rules.run_workflow(nodes, failing) == (ran, status)


def test_nothing_is_changed_before_the_approval() -> None:
    nodes = {node["identifier"]: node["unified_job_template"]["name"] for node in WORKFLOWS["OceanBase create cluster with approval"]["workflow_nodes"]}
    assert TEMPLATES[nodes["plan"]]["job_type"] == "check"
    assert TEMPLATES[nodes["precheck"]]["playbook"] == "precheck.yml"


def test_the_end_of_the_failure_path_fails() -> None:
    last = yaml.safe_load((PROJECT / "task_info_failed.yml").read_text(encoding="utf-8"))[-1]
    assert "ansible.builtin.fail" in last["tasks"][-1]


BAD_SURVEYS = [
    ({"spec": []}, "spec: empty"),
    ({"type": "number"}, "type: number"),
    ({"required": "true"}, "required"),
    ({"variable": "a b"}, "white space"),
    ({"min": "1"}, "min: not a whole number"),
    ({"type": "integer", "default": "1"}, "default: '1' is not a int"),
    ({"type": "multiplechoice"}, "choices"),
    ({"type": "multiplechoice", "choices": ["a"], "default": "b"}, "none of the choices"),
    ({"default": "x" * 9, "max": 8}, "9 is more than 8"),
    ({"help": "me"}, "unknown keys"),
]


@pytest.mark.parametrize(("change", "word"), BAD_SURVEYS)
def test_the_rules_catch_a_bad_survey(change: dict[str, Any], word: str) -> None:
    question = {"type": "text", "question_name": "Q", "question_description": "", "variable": "v", "required": True, "default": ""}
    spec = [] if "spec" in change else [{**question, **change}]
    assert word in " ".join(awx_rules.survey_faults({"name": "S", "description": "", "spec": spec}))
