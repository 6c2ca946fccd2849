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
