"""The rows of the system tables that say which messages and custom APIs there are."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property, partial
from typing import TYPE_CHECKING

from dataverse_tck.emulator.metadata.resource import Collection, Resource
from dataverse_tck.emulator.organisation.model import Binding, CustomApi, MessageFilter, Table, metadata_id
from dataverse_tck.emulator.organisation.system_tables import (
    CUSTOMAPI,
    FIELD_TYPES,
    REQUESTPARAMETER,
    RESPONSEPROPERTY,
    SDKMESSAGE,
    SDKMESSAGEFILTER,
)
from dataverse_tck.emulator.protocol.errors import missing_row
from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dataverse_tck.emulator.metadata.resource import Link
    from dataverse_tck.emulator.organisation.model import Organisation, Parameter

BINDING_TYPES = {Binding.UNBOUND: 0, Binding.ENTITY: 1, Binding.COLLECTION: 2}
_INSTALLED = "2025-09-01T06:00:00Z"


def properties(table: Table) -> dict[str, str]:
    """Column -> property: lookups are read as ``_<column>_value``."""
    return {name: f"_{name}_value" if column.kind.is_lookup else name for name, column in table.column.items()}


def row(table: Table, key: str, cells: Mapping[str, Json], links: Mapping[str, Link] | None = None) -> Resource:
    """A row from the cells that matter; the rest of its columns are empty."""
    values = {name: cells.get(column) for column, name in properties(table).items()}
    values |= {
        table.primary_id: metadata_id(table.logical_name, key),
        "createdon": _INSTALLED,
        "modifiedon": _INSTALLED,
        "versionnumber": 1_000_000,
    }
    return Resource(
        table.logical_name,
        values,
        links or {},
        key=table.primary_id,
        annotations={"@odata.etag": 'W/"1000000"'},
    )


def collection(table: Table, items: tuple[Resource, ...], links: tuple[str, ...] = ()) -> Collection:
    """The rows of a table as its entity set, or some of them as a collection."""
    return Collection(
        table.logical_name,
        items,
        frozenset(properties(table).values()),
        frozenset(links),
        keys=(table.primary_id,),
        missing=lambda _, key: missing_row(table.logical_name, key),
        definitions=False,
    )


class SystemRows:
    """The system tables by entity set, each from the organisation of its own surface."""

    def __init__(self, surfaces: Mapping[str, Organisation]) -> None:
        self.surfaces = surfaces
        self._messages_alone: dict[str, Resource] = {}
        self.sets: dict[str, Callable[[], Collection]] = {
            "sdkmessages": lambda: self.messages,
            "sdkmessagefilters": lambda: self.filters,
            "customapis": lambda: self.custom_apis,
            "customapirequestparameters": lambda: self.request_parameters,
            "customapiresponseproperties": lambda: self.response_properties,
        }

    @cached_property
    def messages(self) -> Collection:
        """``sdkmessages``."""
        items = tuple(
            self._message(
                message.name,
                {"sdkmessageid_sdkmessagefilter": partial(self._filters_of, message.name)},
                private=message.private,
            )
            for message in self.surfaces["sdkmessages"].messages
        )
        return collection(SDKMESSAGE, items, ("sdkmessageid_sdkmessagefilter",))

    @staticmethod
    def _message(name: str, links: Mapping[str, Link], *, private: bool = False) -> Resource:
        cells = {
            "name": name,
            "isprivate": private,
            "isactive": True,
            "isreadonly": False,
            "autotransact": True,
            "workflowsdkstepenabled": False,
            "availability": 0,
        }
        return row(SDKMESSAGE, name, cells, links)

    def _message_alone(self, name: str) -> Resource:
        """A message as its filters expand it; made once, since a ``$filter`` on them asks for it row by row."""
        if name not in self._messages_alone:
            self._messages_alone[name] = self._message(name, {})
        return self._messages_alone[name]

    @cached_property
    def filters(self) -> Collection:
        """``sdkmessagefilters``."""
        items = tuple(self._filter(item) for item in self.surfaces["sdkmessagefilters"].message_filters)
        return collection(SDKMESSAGEFILTER, items, ("sdkmessageid",))

    def _filter(self, item: MessageFilter) -> Resource:
        cells = {
            "sdkmessageid": metadata_id("sdkmessage", item.message),
            "primaryobjecttypecode": item.table,
            "secondaryobjecttypecode": "none",
            "iscustomprocessingstepallowed": item.custom_step_allowed,
            "isvisible": item.visible,
            "availability": 0,
        }
        links: dict[str, Link] = {"sdkmessageid": partial(self._message_alone, item.message)}
        return row(SDKMESSAGEFILTER, f"{item.message}/{item.table}", cells, links)

    def _filters_of(self, message: str) -> Collection:
        return collection(SDKMESSAGEFILTER, self._filters_by_message[message], ("sdkmessageid",))

    @cached_property
    def _filters_by_message(self) -> dict[str, tuple[Resource, ...]]:
        found: dict[str, tuple[Resource, ...]] = defaultdict(tuple)
        for item in self.surfaces["sdkmessagefilters"].message_filters:
            found[item.message] += (self._filter(item),)
        return found

    @cached_property
    def custom_apis(self) -> Collection:
        """``customapis``."""
        items = tuple(self._custom_api(api) for api in self.surfaces["customapis"].custom_apis)
        return collection(CUSTOMAPI, items, ("CustomAPIRequestParameters", "CustomAPIResponseProperties"))

    def _custom_api(self, api: CustomApi) -> Resource:
        operation = api.operation
        cells = {
            "uniquename": operation.name,
            "name": operation.name,
            "displayname": operation.name,
            "bindingtype": BINDING_TYPES[operation.binding],
            "boundentitylogicalname": operation.bound_to,
            "isfunction": operation.kind == "Function",
            "isprivate": False,
            "allowedcustomprocessingsteptype": api.step_type,
            "workflowsdkstepenabled": False,
        }
        links: dict[str, Link] = {
            "CustomAPIRequestParameters": partial(self._fields, REQUESTPARAMETER, api, operation.parameters),
            "CustomAPIResponseProperties": partial(self._fields, RESPONSEPROPERTY, api, operation.outputs),
        }
        return row(CUSTOMAPI, operation.name, cells, links)

    @staticmethod
    def _fields(table: Table, api: CustomApi, fields: tuple[Parameter, ...]) -> Collection:
        name = api.operation.name
        items = tuple(
            row(
                table,
                f"{name}/{field.name}",
                {
                    "uniquename": field.name,
                    "name": f"{name}.{field.name}",
                    "displayname": field.name,
                    "type": FIELD_TYPES[field.type],
                    "customapiid": metadata_id("customapi", name),
                    "isoptional": field.nullable,
                },
            )
            for field in fields
        )
        return collection(table, items)

    @cached_property
    def request_parameters(self) -> Collection:
        """``customapirequestparameters``."""
        return self._all_fields(REQUESTPARAMETER, "CustomAPIRequestParameters")

    @cached_property
    def response_properties(self) -> Collection:
        """``customapiresponseproperties``."""
        return self._all_fields(RESPONSEPROPERTY, "CustomAPIResponseProperties")

    def _all_fields(self, table: Table, link: str) -> Collection:
        items: list[Resource] = []
        for api in self.custom_apis.items:
            linked = api.links[link]()
            if isinstance(linked, Collection):
                items.extend(linked.items)
        return collection(table, tuple(items))
