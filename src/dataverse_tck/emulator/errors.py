"""The OData errors that Dataverse documents, each with its status, code and message."""

from __future__ import annotations

NOT_FOUND_CODE = "0x80040217"  # ObjectDoesNotExist
PROTOCOL_CODE = "0x80060888"  # what live services send for errors of the protocol
METADATA_CODE = "0x8006088a"


class ODataError(Exception):
    """An answer that is an error: HTTP status, ``error.code`` and ``error.message``."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


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
    return ODataError(404, NOT_FOUND_CODE, f"Entity '{table}' With Id = {identifier} Does Not Exist")


def unknown_property(name: str, type_name: str) -> ODataError:
    """A query names a property that the type does not have."""
    return ODataError(
        400,
        PROTOCOL_CODE,
        f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{type_name}'.",
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


def unsupported_message(message: str, table: str) -> ODataError:
    """A message that the rows of a table do not take."""
    return ODataError(
        405,
        "0x80040800",
        f"The '{message}' method does not support entities of type '{table}'. "
        "MessageProcessorCache returned MessageProcessor.Empty.",
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


def no_entity_key() -> ODataError:
    """A parameter names a row without saying of which table, or without its id."""
    return bad_request("EdmEntityObject passed should have the key property value set.")


def bad_literal(literal: object, type_name: str) -> ODataError:
    """A value that its type cannot hold."""
    return ODataError(400, "0x80048d19", f"Cannot convert the literal '{literal}' to the expected type '{type_name}'.")
