"""The OData errors that Dataverse documents, each with its status, code and message."""

from __future__ import annotations

from collections.abc import Mapping

from dataverse_tck.emulator.protocol.namespace import NAMESPACE

NOT_FOUND_CODE = "0x80040217"  # ObjectDoesNotExist
PROTOCOL_CODE = "0x80060888"  # what live services send for errors of the protocol
METADATA_CODE = "0x8006088a"


class ODataError(Exception):
    """An answer that is an error: HTTP status, ``error.code``, ``error.message``, and headers beside them.

    ``aspect`` names the rule that a call of an operation broke, such as ``missing-parameter``; other errors have none.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None, aspect: str = ""
    ) -> None:
        super().__init__(message)
        self.headers = headers or {}
        self.aspect = aspect
        self.status = status
        self.code = code
        self.message = message


class CannotOpenDatabaseError(Exception):
    """The database of ``--database`` cannot be used; the message says why and what to do."""


def bad_request(message: str) -> ODataError:
    """The request is not understood."""
    return ODataError(400, PROTOCOL_CODE, message)


def unknown_segment(segment: str) -> ODataError:
    """A path names something that is not there."""
    return ODataError(404, PROTOCOL_CODE, f"Resource not found for the segment '{segment}'.")


def unknown_table(name: str, identifier: str = "00000000-0000-0000-0000-000000000000") -> ODataError:
    """A table that the organisation does not have; searched by name or by MetadataId."""
    return ODataError(404, NOT_FOUND_CODE, f"Could not find an entity with name {name} and id {identifier}.")


def unknown_column(name: str) -> ODataError:
    """A column that the table does not have."""
    return ODataError(404, NOT_FOUND_CODE, f"Could not find an attribute with specified name {name}.")


def unknown_definition(what: str, key: str) -> ODataError:
    """A relationship or a global choice that the organisation does not have."""
    return ODataError(404, NOT_FOUND_CODE, f"Could not find {what} with key {key}.")


def missing_row(table: str, identifier: str) -> ODataError:
    """A row that the table does not have."""
    message = f"Entity '{table}' With Id = {identifier} Does Not Exist"
    return ODataError(404, NOT_FOUND_CODE, message, aspect="unknown-conversation")


def unknown_property(name: str, type_name: str) -> ODataError:
    """A query names a property that the type does not have."""
    return ODataError(
        400,
        PROTOCOL_CODE,
        f"Could not find a property named '{name}' on type '{NAMESPACE}.{type_name}'.",
    )


def unsupported_option(name: str) -> ODataError:
    """A query option that the service does not take."""
    return bad_request(f"The query parameter {name} is not supported")


def unsupported_function(name: str) -> ODataError:
    """A string function in a filter on definitions."""
    return ODataError(501, METADATA_CODE, f'The "{name}" function isn\'t supported for Metadata Entities')


def unsupported_format() -> ODataError:
    """The Accept header asks for a format that the resource does not have."""
    return ODataError(
        415,
        PROTOCOL_CODE,
        "A supported MIME type could not be found that matches the acceptable MIME types for the request.",
    )


def incompatible_types(left: str, right: str, operator: str) -> ODataError:
    """A comparison of values that have nothing to do with each other; types and operator by their Edm names."""
    return bad_request(
        "A binary operator with incompatible types was detected. "
        f"Found operand types '{left}' and '{right}' for operator kind '{operator}'."
    )


def too_many_conditions() -> ODataError:
    """More than 500 conditions in one query: TooManyConditionsInQuery."""
    return ODataError(400, "0x8004430C", "Number of conditions in query exceeded maximum limit.")


def unsupported_query(what: str) -> ODataError:
    """A part of OData's query language that this version does not have."""
    return ODataError(501, PROTOCOL_CODE, f"{what} is not supported.")


PAYLOAD_CODE = "0x80048d19"


def bad_payload(entity_set: str, reason: str, aspect: str = "") -> ODataError:
    """The body does not fit the resource; ``reason`` is what the OData library says of it."""
    return ODataError(
        400,
        PAYLOAD_CODE,
        f"Error identified in Payload provided by the user for Entity :'{entity_set}', For more information on this "
        "error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  "
        f"InnerException : Microsoft.OData.ODataException: {reason}",
        aspect=aspect,
    )


def unknown_payload_property(name: str, type_name: str) -> ODataError:
    """The body has a property that the type does not have."""
    return ODataError(
        400,
        PAYLOAD_CODE,
        "An error occurred while validating input parameters: Microsoft.Crm.CrmException: Invalid property "
        f"'{name}' was found in entity '{NAMESPACE}.{type_name}'. ---> Microsoft.OData.ODataException: "
        "Does not support untyped value in non-open type.",
    )


def undeclared_annotated(entity_set: str, name: str) -> ODataError:
    """The body has annotations, such as a bind, of a property that the type does not have."""
    return bad_payload(
        entity_set,
        f"An undeclared property '{name}' which only has property annotations in the payload but no property value "
        "was found in the payload. In OData, only declared navigation properties and declared named streams can be "
        "represented as properties without values.",
    )


def wrong_literal(entity_set: str, literal: str, edm_type: str) -> ODataError:
    """A value of a JSON type that the property does not take."""
    reason = f"Cannot convert the literal '{literal}' to the expected type '{edm_type}'."
    return bad_payload(entity_set, reason, "wrong-type")


def lookup_by_value() -> ODataError:
    """A lookup is written by its value instead of its navigation property."""
    return bad_request(
        "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead."
    )


def value_out_of_range(code: str, value: object, column: str, table: str, accepted: str) -> ODataError:
    """A choice or number that the column does not take."""
    return ODataError(
        400,
        code,
        f"A validation error occurred. The value {value} of '{column}' on record of type '{table}' is outside the "
        f"valid range. Accepted Values: {accepted}",
    )


def text_too_long(column: str, table: str, length: int) -> ODataError:
    """A text that is longer than the column."""
    return ODataError(
        400,
        "0x80044331",
        f"A validation error occurred. The length of the '{column}' attribute of the '{table}' entity exceeded the "
        f"maximum allowed length of '{length}'.",
    )


def not_null(column: str) -> ODataError:
    """A column that is required by the system would be empty."""
    return ODataError(400, "0x80040203", f"Attribute: {column} cannot be set to NULL")


def invalid_status(status: int, state: str, table: str, identifier: str) -> ODataError:
    """A status that does not belong to the state of the row."""
    return ODataError(
        400,
        "0x80048408",
        f"{status} is not a valid status code for state code {table}State.{state} on {table} with Id {identifier}.",
    )


def duplicate_key() -> ODataError:
    """A row with the chosen id is there already."""
    return ODataError(412, "0x80040237", "A record with matching key values already exists.")


def version_mismatch() -> ODataError:
    """The row has changed since the ETag of If-Match was read."""
    return ODataError(
        412,
        "0x80060882",
        "The version of the existing record doesn't match the RowVersion property provided.",
    )


def unsupported_method(method: str, *allowed: str) -> ODataError:
    """A method that the resource does not have; ``allowed`` are those that it has."""
    message = f"The requested resource does not support http method '{method}'."
    return ODataError(405, "", message, {"Allow": ", ".join(allowed)}, "not-by-get" if method == "GET" else "")


def unsupported_message(message: str, table: str) -> ODataError:
    """A message that the table does not have."""
    return ODataError(405, "0x80040800", f"The '{message}' method does not support entities of type '{table}'.")


def unknown_key(type_name: str) -> ODataError:
    """A key that names no key property of the type."""
    return bad_request(
        f"The key in the request URI is not valid for resource '{NAMESPACE}.{type_name}'. Ensure that the "
        "names and number of key properties match the declared or alternate key properties for the resource "
        f"'{NAMESPACE}.{type_name}'."
    )


def unsupported_content(content_type: str) -> ODataError:
    """A body in a format that is not taken."""
    return ODataError(
        415,
        PROTOCOL_CODE,
        "A supported MIME type could not be found that matches the content type of the request. None of the "
        f"supported type(s) 'application/json' matches the content type '{content_type}'.",
    )


def body_too_large(limit: int) -> ODataError:
    """A body beyond the limit, in bytes."""
    return ODataError(413, PROTOCOL_CODE, f"The request body is larger than the limit of {limit} bytes.")


def no_member() -> ODataError:
    """The caller named in an impersonation header is nobody that the organisation knows."""
    return ODataError(403, "0x80072560", "The user is not a member of the organization.")


def disabled_user(identifier: str) -> ODataError:
    """The caller named in an impersonation header is disabled."""
    message = f"The specified user(Id = {identifier}) is disabled. Consider enabling this user."
    return ODataError(403, "0x80040225", message)


PLUGIN_CODE = "0x80040265"  # the code behind a message says no


def function_posted_to(uri: str) -> ODataError:
    """A function called with POST is documented to be not found, rather than not allowed."""
    return ODataError(404, "", f"No HTTP resource was found that matches the request URI '{uri}'.")


def unresolved_parameters() -> ODataError:
    """A bound operation called without the namespace before its name."""
    return bad_request("Request message has unresolved parameters")


def unknown_parameter(name: str, operation: str) -> ODataError:
    """The body has a parameter that the operation does not have."""
    reason = f"The parameter '{name}' in the request payload is not a valid parameter for the operation '{operation}'."
    return bad_payload(operation, reason, "unknown-parameter")


def missing_parameters(names: list[str], operation: str) -> ODataError:
    """Required parameters are absent or null. The service's own wording is not on record."""
    reason = (
        f"One or more parameters of the operation '{operation}' are missing from the request payload. "
        f"The missing parameters are: {', '.join(names)}."
    )
    return bad_payload(operation, reason, "missing-parameter")


def not_implemented(operation: str) -> ODataError:
    """An operation that is declared, and done by nobody here."""
    return ODataError(501, PROTOCOL_CODE, f"The operation '{operation}' is not implemented.")


def refused_by_message(message: str, aspect: str = "wrong-state") -> ODataError:
    """The code behind a message refuses; nothing is changed."""
    return ODataError(400, PLUGIN_CODE, message, aspect=aspect)


def unexpected_error(aspect: str = "") -> ODataError:
    """The service fails: UnExpected."""
    return ODataError(500, "0x80040216", "An unexpected error occurred.", aspect=aspect)


def unavailable() -> ODataError:
    """The service is not to be had, and does not say until when. Its wording is not on record."""
    return ODataError(503, "", "The service is unavailable.")


def unreadable_batch() -> ODataError:
    """A batch whose lines do not end in CR LF, or that does not end."""
    return ODataError(400, PAYLOAD_CODE, "Stream was not readable.")


def too_many_requests(limit: int, seconds: int, headers: Mapping[str, str] | None = None) -> ODataError:
    """More requests of one user than the service protection allows."""
    return ODataError(
        429,
        "0x80072322",
        f"Number of requests exceeded the limit of {limit} over time window of {seconds} seconds.",
        headers,
    )


def delete_restricted() -> ODataError:
    """A row that cannot go while others refer to it."""
    return ODataError(
        405,
        "0x80040227",
        "The object you tried to delete is associated with another object and cannot be deleted.",
    )


def team_owns_rows(identifier: str) -> ODataError:
    """A team that cannot go while it owns rows."""
    return ODataError(
        400,
        "0x8004830e",
        f"Can't delete a team which owns records. Reassign the records and try again (TeamId = {identifier}).",
    )


def assigned_to_access_team() -> ODataError:
    """A row given to a team that can own nothing."""
    return ODataError(
        400,
        "0x80048340",
        "You cannot assign a record to the access team. You can assign a record to the owner team.",
    )


def assigned_to_disabled_unit() -> ODataError:
    """A row given to an owner whose business unit is disabled."""
    return ODataError(400, "0x8004032d", "The specified business unit cannot be assigned to because it is disabled.")


def missing_right(principal: str, rights: str, table: str, identifier: str) -> ODataError:
    """The caller may not do that with the row."""
    return ODataError(
        403,
        "0x80048306",
        f"Principal with id {principal} does not have {rights} right(s) "
        f"for record with id {identifier} of entity {table}.",
    )


def access_denied(caller: str, right: str, identifier: str, owner: str) -> ODataError:
    """The caller may not read, change or delete the row: what the access check of the service says."""
    return ODataError(
        403,
        "0x80040220",
        f"SecLib::AccessCheckEx failed. Returned hr = -2147187962, ObjectID: {identifier}, OwnerId: {owner}, "
        f"OwnerIdType: 8 and CallingUser: {caller}. AccessRights: {right}",
    )


def missing_privilege(caller: str, privilege: str, table: str, type_code: int) -> ODataError:
    """No role of the caller has the privilege that the request needs."""
    return ODataError(
        403,
        "0x80040220",
        f"Principal user (Id={caller}, type=8, roleCount=1, privilegeCount=1, accessMode=0) is missing {privilege} "
        f"privilege on OTC={type_code} for entity '{table}'.",
    )


def no_entity_key() -> ODataError:
    """A parameter names a row without saying of which table, or without its id."""
    return bad_request("EdmEntityObject passed should have the key property value set.")
