"""Resources and collections as a path reaches them, and what a query makes of them.

A definition (``EntityDefinitions`` and what stands below) or a row of a system table is a ``Resource``:
values by name, and navigation properties that are followed when they are expanded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from dataverse_tck.emulator.protocol.errors import ODataError, bad_request, unknown_property
from dataverse_tck.emulator.protocol.namespace import NAMESPACE
from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from dataverse_tck.emulator.protocol.options import Query

_SKIP = "$skiptoken"
Link = Callable[[], "Resource | Collection | None"]


@dataclass(frozen=True)
class Resource:
    """One definition or row; ``type`` is the local name of its Edm type, ``key`` its key property."""

    type: str
    values: Mapping[str, Json]
    links: Mapping[str, Link] = field(default_factory=dict)
    key: str = "MetadataId"
    annotations: Mapping[str, str] = field(default_factory=dict)

    def value(self, path: str) -> Json:
        """The value at a path: a property, a member of a complex one, a property of an expanded row."""
        name, _, rest = path.partition("/")
        if not rest:
            return self.values.get(name)
        if name in self.links:
            linked = self.links[name]()
            return linked.value(rest) if isinstance(linked, Resource) else None
        inner = self.values.get(name)
        return inner.get(rest) if isinstance(inner, Mapping) else None


@dataclass(frozen=True)
class Collection:
    """Resources of one declared type: ``properties`` and ``links`` are what queries on it may name.

    ``keys`` are the properties that a key may name; ``missing`` makes the error for a key that finds nothing.
    ``definitions`` tells metadata from rows: how filters compare, and what stands in the answer.
    """

    type: str
    items: tuple[Resource, ...]
    properties: frozenset[str]
    links: frozenset[str] = frozenset()
    keys: tuple[str, ...] = ("MetadataId",)
    missing: Callable[[str, str], ODataError] | None = None
    definitions: bool = True
    filterable: bool = True


def check_path(path: str, properties: frozenset[str], links: frozenset[str], type_name: str) -> None:
    """Refuse a property path that begins with no property of the type."""
    name = path.partition("/")[0]
    if name not in properties and not ("/" in path and name in links):
        raise unknown_property(name, type_name)


def matching(collection: Collection, query: Query) -> tuple[Resource, ...]:
    """The items that ``$filter`` and ``$orderby`` leave, in order; ``$top`` is not applied yet."""
    items = collection.items
    if query.filter is not None:
        from dataverse_tck.emulator.metadata.filters import compile_filter

        def check(path: str) -> None:
            check_path(path, collection.properties, collection.links, collection.type)

        predicate = compile_filter(query.filter, check, definitions=collection.definitions)
        items = tuple(item for item in items if predicate(item.value))
    for path, descending in reversed(query.orderby):
        check_path(path, collection.properties, collection.links, collection.type)
        items = tuple(sorted(items, key=lambda item: _sortable(item.value(path)), reverse=descending))
    return items


def _sortable(value: Json) -> tuple[int, Json]:
    """Nulls first, then Booleans and numbers, then text without case, then everything else as text."""
    if value is None:
        return (0, 0)
    if isinstance(value, (bool, int, float)):
        return (1, value)
    return (2, str(value).casefold())


@dataclass(frozen=True)
class Page:
    """A page of a collection, or where the collections of a resource are: ``url`` and its raw query string."""

    url: str
    size: int
    query: str = ""
    start: int = 0

    def of(self, item: Resource) -> Page:
        """Where an item of the collection is."""
        return replace(self, url=f"{self.url}({item.values[item.key]})")

    def below(self, name: str, query: str) -> Page:
        """The first page of a collection of the resource, as an expansion shows it."""
        return replace(self, url=f"{self.url}/{name}", query=query, start=0)

    @property
    def following(self) -> str:
        """The URL of the next page."""
        kept = [part for part in self.query.split("&") if part and unquote(part.partition("=")[0]) != _SKIP]
        return f"{self.url}?{'&'.join((*kept, f'{_SKIP}={self.start + self.size}'))}"


def page_of(url: str, raw_query: str, options: dict[str, str], size: int | None) -> Page | None:
    """The page that a request asks for, None without a size; takes its token out of the options."""
    if size is None:
        return None
    token = options.pop(_SKIP, "0")
    if not token.isascii() or not token.isdigit():
        raise bad_request(f"The value '{token}' of $skiptoken is none that the service made.")
    return Page(url, size, raw_query, int(token))


def render_collection(collection: Collection, query: Query, page: Page | None = None) -> dict[str, Json]:
    """The members of a collection answer without its context: count, value, and the link to the next page."""
    items = matching(collection, query)
    answer: dict[str, Json] = {"@odata.count": len(items)} if query.count else {}
    shown = items if query.top is None else items[: query.top]
    check_names(collection, query)
    if page is None:
        answer["value"] = [render(item, query, collection.type) for item in shown]
        return answer
    cut = shown[page.start : page.start + page.size]
    answer["value"] = [render(item, query, collection.type, page.of(item)) for item in cut]
    if len(shown) > page.start + page.size:
        answer["@odata.nextLink"] = page.following
    return answer


def check_names(collection: Collection, query: Query) -> None:
    """Refuse ``$select`` and ``$expand`` of what the declared type does not have."""
    for name in query.select or ():
        if name not in collection.properties:
            raise unknown_property(name, collection.type)
    for name, _ in query.expand:
        if name not in collection.links:
            raise unknown_property(name, collection.type)


def render(resource: Resource, query: Query, declared: str, page: Page | None = None) -> dict[str, Json]:
    """A resource as JSON: what is selected, always its key, and what is expanded; ``page`` is where it is."""
    answer: dict[str, Json] = {}
    if resource.type != declared:
        answer["@odata.type"] = f"#{NAMESPACE}.{resource.type}"
    answer.update(resource.annotations)
    if query.select is None:
        answer.update(resource.values)
    else:
        answer.update({name: resource.values[name] for name in query.select if name in resource.values})
        answer.setdefault(resource.key, resource.values[resource.key])
    for name, nested in query.expand:
        if name in resource.links:
            inner = None if page is None else page.below(name, nested.nested_url)
            answer.update(_expanded(name, resource.links[name](), nested, inner))
    return answer


def _expanded(name: str, linked: Resource | Collection | None, query: Query, page: Page | None) -> dict[str, Json]:
    if linked is None:
        return {name: None}
    if isinstance(linked, Resource):
        check_resource(linked, query)
        return {name: render(linked, query, linked.type, page)}
    inner = render_collection(linked, query, page)
    beside = {f"{name}{member}": value for member, value in inner.items() if member != "value"}
    return {**beside, name: inner["value"]}


def check_resource(resource: Resource, query: Query) -> None:
    """Refuse names that the resource does not have."""
    for name in query.select or ():
        if name not in resource.values:
            raise unknown_property(name, resource.type)
    for name, _ in query.expand:
        if name not in resource.links:
            raise unknown_property(name, resource.type)
