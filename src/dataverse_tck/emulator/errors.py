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


PAYLOAD_CODE = "0x80048d19"  # the body of a request is not what the service wants
PLUGIN_CODE = "0x80040265"  # the code behind a message says no


def method_not_allowed(method: str, resource: str) -> ODataError:
    """A method that the resource does not take."""
    return ODataError(405, PROTOCOL_CODE, f"The method '{method}' is not supported on '{resource}'.")


def function_posted_to(uri: str) -> ODataError:
    """A function called with POST is documented to be not found, rather than not allowed."""
    return ODataError(404, "", f"No HTTP resource was found that matches the request URI '{uri}'.")


def unresolved_parameters() -> ODataError:
    """A bound operation called without the namespace before its name."""
    return bad_request("Request message has unresolved parameters")


def bad_payload(operation: str, reason: str) -> ODataError:
    """The body or the arguments of an operation are wrong; ``reason`` is the inner exception's message."""
    return ODataError(
        400,
        PAYLOAD_CODE,
        f"Error identified in Payload provided by the user for Entity :'{operation}', For more information on this "
        "error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  "
        f"InnerException : Microsoft.OData.ODataException: {reason}",
    )


def unknown_parameter(name: str, operation: str) -> ODataError:
    """The body has a parameter that the operation does not have."""
    reason = f"The parameter '{name}' in the request payload is not a valid parameter for the operation '{operation}'."
    return bad_payload(operation, reason)


def missing_parameters(names: list[str], operation: str) -> ODataError:
    """Required parameters are absent or null. The service's own wording is not on record."""
    reason = (
        f"One or more parameters of the operation '{operation}' are missing from the request payload. "
        f"The missing parameters are: {', '.join(names)}."
    )
    return bad_payload(operation, reason)


def wrong_type(literal: str, type_name: str, operation: str) -> ODataError:
    """A parameter has a value of another type."""
    return bad_payload(operation, f"Cannot convert the literal '{literal}' to the expected type '{type_name}'.")


def not_implemented(operation: str) -> ODataError:
    """An operation that is declared, and done by nobody here."""
    return ODataError(501, PROTOCOL_CODE, f"The operation '{operation}' is not implemented.")


def refused_by_message(message: str) -> ODataError:
    """The code behind a message refuses; nothing is changed."""
    return ODataError(400, PLUGIN_CODE, message)


def unreadable_batch() -> ODataError:
    """A batch whose lines do not end in CR LF, or that does not end."""
    return ODataError(400, PAYLOAD_CODE, "Stream was not readable.")


def too_many_requests(limit: int, seconds: int) -> ODataError:
    """More requests of one user than the service protection allows."""
    return ODataError(
        429,
        "0x80072322",
        f"Number of requests exceeded the limit of {limit} over time window of {seconds} seconds.",
    )
