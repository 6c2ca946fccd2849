"""Shares and owners of rows: changed by the documented requests, and observed where the endpoint shows them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote

from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import NAMESPACE
from dataverse_tck.webapi.http.errors import Broken, Malformed, NotMade, NotObservable
from dataverse_tck.webapi.rows.factory import BIND
from dataverse_tck.webapi.rows.once import Once

if TYPE_CHECKING:
    from dataverse_tck.webapi.http.answer import Answer
    from dataverse_tck.webapi.rows.principals import Principal
    from dataverse_tck.webapi.rows.records import Records, Row
    from dataverse_tck.webapi.rows.tables import Table

__all__ = ["AccessObserver", "AccessRights", "NotObservable", "assign", "grant", "mask_of", "revoke", "words_of"]

ACCESS_RIGHTS = {
    "ReadAccess": 1,
    "WriteAccess": 2,
    "AppendAccess": 4,
    "AppendToAccess": 16,
    "CreateAccess": 32,
    "DeleteAccess": 65536,
    "ShareAccess": 262144,
    "AssignAccess": 524288,
}
"""AccessRights; the sharing table keeps further bits beside these, such as the one for rights that are inherited."""
_ALL = sum(ACCESS_RIGHTS.values())
_NOT_THERE = "0x80040217"  # ObjectDoesNotExist
_CLOSED = frozenset({400, 401, 403, 404, 405, 501})


def mask_of(words: str) -> int:
    """Return ``"ReadAccess, WriteAccess"`` as an integer, ``"None"`` as 0; raises KeyError for another word."""
    names = [word.strip() for word in words.split(",")]
    return 0 if names == ["None"] else sum({ACCESS_RIGHTS[name] for name in names})


def words_of(mask: int) -> str:
    """Return the rights of an integer in words, in the order of the bits."""
    return ", ".join(name for name, bit in ACCESS_RIGHTS.items() if mask & bit) or "no rights"


def grant(records: Records, row: Row, table: Table, principal: Principal, mask: str) -> Answer:
    """Share a row; ``mask`` is written like ``"ReadAccess, WriteAccess"``."""
    access = {"AccessMask": mask, "Principal": _principal(principal)}
    return records.send("POST", "GrantAccess", {"Target": _target(row, table), "PrincipalAccess": access})


def revoke(records: Records, row: Row, table: Table, principal: Principal) -> Answer:
    """Take back what was granted on the row itself."""
    return records.send("POST", "RevokeAccess", {"Target": _target(row, table), "Revokee": _principal(principal)})


def assign(records: Records, row: Row, principal: Principal) -> Answer:
    """Give a row to another owner."""
    return records.patch(row, {f"ownerid{BIND}": f"/{principal.path}"})


SHOWS_DIRECT = "RetrieveSharedPrincipalsAndAccess"  # a surface that need not show what is inherited


@dataclass(frozen=True)
class AccessRights:
    """What a principal may do with a row, as AccessRights; None: this surface does not say.

    ``principalobjectaccessset`` keeps direct and inherited shares apart. ``RetrieveSharedPrincipalsAndAccess`` tells
    of shares together; whether it lists principals that only inherit is not documented. ``RetrievePrincipalAccess``
    tells what is effective, roles and ownership included: compare before and after.
    """

    direct: int | None
    inherited: int | None
    together: int | None
    surface: str


Door = Callable[["Records", "Row", "Principal"], "Answer | AccessRights"]


class AccessObserver:
    """Sees what others may do, the way that was found out once per run; safe to use from several threads.

    ``example`` returns a row and a principal to find out with where the endpoint shows rights, ``records`` opens a
    scene. Both questions have scenes of their own: what others ask must not depend on which of them is the first.
    """

    def __init__(
        self, example: Callable[[], tuple[Records, Row, Principal]], records: Callable[[str], Records]
    ) -> None:
        self._example = example
        self._records = records
        self._door = Once[Door]()
        self._lock = threading.Lock()
        self._lends: dict[str, Once[bool]] = {}  # id of a user -> whether the caller can act for them

    def find_out(self, principal: Principal) -> None:
        """Find out ahead how rights are shown, and whether the caller can act for a user."""
        self._lends_eyes(principal)
        self._door.get(lambda: _open_door(*self._example()))

    def rights_of(self, records: Records, row: Row, principal: Principal) -> AccessRights:
        """Return what a principal may do with a row.

        Raises NotObservable when the endpoint shows it nowhere, Broken when the chosen surface fails later.
        """
        answer = self._door.get(lambda: _open_door(*self._example()))(records, row, principal)
        return answer if isinstance(answer, AccessRights) else _broke(row, answer)

    def sees(self, records: Records, row: Row, principal: Principal) -> bool | None:
        """Whether a user can read a row; None for a team, and where the caller cannot act for that user."""
        if not self._lends_eyes(principal):
            return None
        answer = records.send("GET", row.path, headers=_acting_for(principal))
        if answer.status in {200, 403, 404}:
            return answer.status == 200
        raise Broken(f"{row.path} read for {principal.name} answers {answer.summary()}.", answer.exchange)

    def _lends_eyes(self, principal: Principal) -> bool:
        if principal.kind != "systemuser":
            return False
        with self._lock:
            lends = self._lends.setdefault(principal.id, Once())
        return lends.get(lambda: _acts_for(self._records(f"who can be acted for: {principal.id}"), principal))


def _acts_for(records: Records, principal: Principal) -> bool:
    """Whether the caller can act for a user.

    An endpoint that refuses to act for others, or ignores the header, would otherwise be taken for an answer.
    """
    who = records.send("GET", "WhoAmI", headers=_acting_for(principal))
    return who.status == 200 and str(_object(who).get("UserId")).lower() == principal.id


def _acting_for(principal: Principal) -> dict[str, str]:
    return {"CallerObjectId": principal.object_id} if principal.object_id else {"MSCRMCallerID": principal.id}


def _open_door(records: Records, row: Row, principal: Principal) -> Door:
    """Return the first door behind which the endpoint shows rights."""
    reasons, exchange = [], None
    for door in (_sharing_table, _principal_access, _shared_principals):
        answer = door(records, row, principal)
        if _is_broken(answer):  # once may be chance, and this is found out for all
            answer = door(records, row, principal)
        if isinstance(answer, AccessRights):
            return door
        if _is_broken(answer):
            _broke(row, answer)
        reasons.append(f"{door.__name__.strip('_').replace('_', ' ')}: {answer.summary()}")
        exchange = answer.exchange
    said = "; ".join(reasons)
    raise NotObservable(f"The endpoint shows nowhere who may do what with a row ({said}).", exchange)


def _is_broken(answer: Answer | AccessRights) -> bool:
    return not isinstance(answer, AccessRights) and answer.status not in _CLOSED


def _broke(row: Row, answer: Answer) -> NoReturn:
    raise Broken(f"The rights on {row.path} could not be read: {answer.summary()}.", answer.exchange)


def _sharing_table(records: Records, row: Row, principal: Principal) -> Answer | AccessRights:
    condition = quote(f"objecttypecode eq '{row.table}' and objectid eq {row.id}", safe="'")
    select = "objectid,principalid,accessrightsmask,inheritedaccessrightsmask"
    answer = records.send("GET", f"principalobjectaccessset?$select={select}&$filter={condition}")
    if answer.status != 200:
        return answer
    direct = inherited = 0
    for share in _list(answer, "value"):
        if (str(share.get("objectid")).lower(), str(share.get("principalid")).lower()) == (row.id, principal.id):
            direct |= _integer(answer, share, "accessrightsmask")
            inherited |= _integer(answer, share, "inheritedaccessrightsmask")
    return AccessRights(direct, inherited, direct | inherited, "principalobjectaccessset")


def _shared_principals(records: Records, row: Row, principal: Principal) -> Answer | AccessRights:
    name = SHOWS_DIRECT
    answer = records.send("GET", f"{name}(Target=@p1)?{_at(row)}")
    if answer.status != 200:
        return _nobody(answer, name)
    mask = 0
    for share in _list(answer, "PrincipalAccesses"):
        who = share.get("Principal")
        ids = [who.get("ownerid"), who.get(f"{principal.kind}id")] if isinstance(who, Mapping) else []
        if principal.id in {str(identifier).lower() for identifier in ids}:
            mask |= _mask(answer, share.get("AccessMask"))
    return AccessRights(None, None, mask, name)


def _principal_access(records: Records, row: Row, principal: Principal) -> Answer | AccessRights:
    name = "RetrievePrincipalAccess"
    answer = records.send("GET", f"{principal.path}/{NAMESPACE}.{name}(Target=@p1)?{_at(row)}")
    if answer.status != 200:
        return _nobody(answer, name)
    return AccessRights(None, None, _mask(answer, _object(answer).get("AccessRights")), name)


def rights_of_caller(records: Records, row: Row) -> frozenset[str] | None:
    """Return what the endpoint says that the caller may do with a row, in its words; None where it does not say."""
    try:
        caller = records.tables.existing("systemuser")
    except NotMade:
        return None
    path = f"systemusers({caller})/{NAMESPACE}.RetrievePrincipalAccess(Target=@p1)?{_at(row)}"
    answer = records.send("GET", path)
    said = _object(answer).get("AccessRights") if answer.status == 200 else None
    return frozenset(word.strip() for word in said.split(",")) if isinstance(said, str) else None


def _nobody(answer: Answer, surface: str) -> Answer | AccessRights:
    """Return no rights when the row is not there; that is an answer, and no closed door."""
    return AccessRights(None, None, 0, surface) if answer.error_code() == _NOT_THERE else answer


def _at(row: Row) -> str:
    return "@p1=" + quote(f"{{'@odata.id':'{row.path}'}}", safe="'()")


def _target(row: Row, table: Table) -> dict[str, str]:
    return {table.primary_id: row.id, "@odata.type": f"{NAMESPACE}.{row.table}"}


def _principal(principal: Principal) -> dict[str, str]:
    return {f"{principal.kind}id": principal.id, "@odata.type": f"{NAMESPACE}.{principal.kind}"}


def _object(answer: Answer) -> Mapping[str, Json]:
    document = answer.json()
    if isinstance(document, dict):
        return document
    raise Malformed(f"{answer.url.partition('?')[0]} answers with JSON that is no object.", answer.exchange)


def _list(answer: Answer, member: str) -> list[Mapping[str, Json]]:
    value = _object(answer).get(member)
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return value
    raise Malformed(f"{answer.url.partition('?')[0]} answers without a list of objects in {member}.", answer.exchange)


def _integer(answer: Answer, share: Mapping[str, Json], member: str) -> int:
    value = share.get(member)
    if isinstance(value, int):
        return value & _ALL
    raise Malformed(f"The sharing table has {value!r:.80} as {member}, which is no integer.", answer.exchange)


def _mask(answer: Answer, words: Json) -> int:
    try:
        return mask_of(words)
    except (KeyError, AttributeError) as problem:
        raise Malformed(f"{words!r:.120} is no list of access rights.", answer.exchange) from problem
