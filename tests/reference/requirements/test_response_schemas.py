"""The response schemas: a node that keeps all passes, and each thing that is wrong fails its own branch."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dataverse_tck.reference.derived_files import FACTS, REQUIREMENTS, documents
from dataverse_tck.reference.page.reader import read_page
from dataverse_tck.reference.requirements.derive import derive

_OUTPUTS = Path(__file__).parents[3] / "schemas/outputs"


@pytest.fixture(scope="module")
def derived(markdown):
    """The documents of the made-up page."""
    page, facts = read_page(markdown.encode())
    return documents(facts, derive(page, facts))


def _normative(derived):
    return [item for item in derived[REQUIREMENTS]["requirements"] if item["obligation"] == "normative"]


@pytest.fixture(scope="module")
def nodes(derived):
    """Each node by name: its schema, its requirements, and a response that keeps them all."""
    schemas = {
        name: schema
        for path, document in derived.items()
        if path.startswith("schemas/")
        for name, schema in document["$defs"].items()
    }
    found = {name: (schema, [], {}) for name, schema in schemas.items()}
    for requirement in _normative(derived):
        _, listed, response = found[requirement["node"]]
        listed.append(requirement)
        *parents, leaf = requirement["path"]
        for parent in parents:
            response = response.setdefault(parent, {"Unknown": 1})
        if requirement["family"] == "target":
            response.setdefault(leaf, ["something_else"]).append(requirement["expected"])
        else:
            response[leaf] = requirement["expected"]
    return found


def _failed(schema, response) -> set[str]:
    """Ids of the requirements that a response fails, each error by the branch that it comes from."""
    failed = set()
    for error in Draft202012Validator(schema).iter_errors(response):
        keyword, branch, *_ = error.absolute_schema_path
        assert keyword == "allOf"
        failed.add(schema["allOf"][branch]["x-requirement"])
    return failed


def _changed(response, *path, to):
    changed = copy.deepcopy(response)
    below = changed
    for member in path[:-1]:
        below = below[member]
    if to is ...:
        del below[path[-1]]
    else:
        below[path[-1]] = to
    return changed


def test_schemas_are_schemas(derived):
    """Each file is valid JSON Schema 2020-12 under an id of its own."""
    schemas = [document for name, document in derived.items() if name.startswith("schemas/")]
    assert len({schema["$id"] for schema in schemas}) == len(schemas) == 6
    for schema in schemas:
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
        for node in schema["$defs"].values():
            Draft202012Validator.check_schema(node)


def test_every_requirement_has_one_branch(derived, nodes):
    """Branches and requirements are the same list, node by node."""
    assert sum(len(listed) for _, listed, _ in nodes.values()) == len(_normative(derived))
    for schema, listed, _ in nodes.values():
        assert [branch["x-requirement"] for branch in schema["allOf"]] == [item["id"] for item in listed]


def test_a_response_that_keeps_all_passes(nodes):
    """Unknown members and further targets do no harm."""
    for schema, _, response in nodes.values():
        assert _failed(schema, {**response, "Additional": []}) == set()


def test_each_wrong_value_fails_its_own_branch_alone(nodes):
    """Absent, null, of another type, another value: that requirement fails, and no other."""
    for schema, listed, response in nodes.values():
        for requirement in listed:
            expected, path = requirement["expected"], requirement["path"]
            if requirement["family"] == "target":
                wrong = [[other for other in response["Targets"] if other != expected]]
            else:
                wrong = [
                    ...,
                    None,
                    "",
                    " ",
                    str(expected).upper() + "x",
                    2,
                    -1.5,
                    True,
                    False,
                    [expected],
                    {},
                ]
                wrong += [str(expected), {"Value": expected}]
                wrong = [value for value in wrong if type(value) is not type(expected) or value != expected]
            for value in wrong:
                assert _failed(schema, _changed(response, *path, to=value)) == {requirement["id"]}, value


def test_true_is_not_one_and_false_is_not_zero(nodes):
    """JSON knows booleans from numbers, so a check must; 1 and 1.0 are the same number in JSON."""
    schema, _, response = nodes["relationship/desk_enquiry_rating"]
    order = ["AssociatedMenuConfiguration", "Order"]  # 1 in this response
    assert _failed(schema, _changed(response, *order, to=True)) == {"relationship/desk_enquiry_rating/menu/Order"}
    assert _failed(schema, _changed(response, *order, to=1.0)) == set()
    schema, _, response = nodes["column/desk_mood/option/0"]
    assert _failed(schema, _changed(response, "Value", to=False)) == {"column/desk_mood/option/0/exists"}
    schema, _, response = nodes["message/desk_Answer"]
    assert _failed(schema, _changed(response, "event", to=0)) == {"message/desk_Answer/not-event"}


@pytest.mark.parametrize("nothing", [{}, [], None, "", 0, True])
def test_what_is_no_such_object_fails_every_requirement(nodes, nothing):
    """Neither an empty object nor anything that is no object can pass."""
    for schema, listed, _ in nodes.values():
        assert _failed({"allOf": schema["allOf"]}, nothing) == {item["id"] for item in listed}


@pytest.mark.parametrize("nothing", [[], None, "", 7])
def test_what_is_no_object_below_fails_the_requirements_there(nodes, nothing):
    """The same holds one step down: a cascade, a menu, a managed property."""
    for schema, listed, response in nodes.values():
        for member in {item["path"][0] for item in listed if len(item["path"]) > 1}:
            below = {item["id"] for item in listed if item["path"][0] == member}
            assert _failed(schema, {**response, member: nothing}) == below


@pytest.mark.parametrize("nothing", [..., None, "desk_person", {"0": "desk_person"}, []])
def test_targets_are_a_list(nodes, nothing):
    """Targets that are absent, or no list, fail every target."""
    schema, listed, response = nodes["column/desk_askerid"]
    assert _failed(schema, _changed(response, "Targets", to=nothing)) == {item["id"] for item in listed}


@pytest.mark.parametrize(("name", "output"), [("facts", FACTS), ("requirements", REQUIREMENTS)])
def test_outputs_keep_their_schemas(derived, name, output):
    """What a derivation writes is as its published schema says, and the schema is strict."""
    schema = json.loads((_OUTPUTS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert list(validator.iter_errors(derived[output])) == []
    assert list(_objects_left_open(schema)) == []


def _objects_left_open(schema, path="#"):
    """Places of a schema that describe an object and admit unknown members."""
    if isinstance(schema, dict):
        if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
            yield path
        for name, below in schema.items():
            yield from _objects_left_open(below, f"{path}/{name}")
