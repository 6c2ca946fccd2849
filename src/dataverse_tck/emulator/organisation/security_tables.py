"""The sharing table as clients read it: which principal has which rights on which row."""

from __future__ import annotations

from dataverse_tck.emulator.organisation.builders import SYSTEM, entity_name, identifier, integer, moment, read_only
from dataverse_tck.emulator.organisation.model import Column, Kind, PrivateTable, Table, label

# The members of the enumeration AccessRights.
ACCESS_RIGHTS = {
    "None": 0,
    "ReadAccess": 1,
    "WriteAccess": 2,
    "AppendAccess": 4,
    "AppendToAccess": 16,
    "CreateAccess": 32,
    "DeleteAccess": 65536,
    "ShareAccess": 262144,
    "AssignAccess": 524288,
}
# Only GrantAccess, ModifyAccess, RevokeAccess and cascades write here. Rights that came down from a parent row are
# kept apart from those granted on the row itself.
SHARING = Table(
    "principalobjectaccess",
    "principalobjectaccessset",
    label("Principal Object Access"),
    label("Principal Object Access"),
    "principalobjectaccessid",
    None,
    tuple(
        read_only(column)
        for column in (
            identifier("PrincipalObjectAccessId", "Principal Object Access", SYSTEM),
            identifier("ObjectId", "Object", SYSTEM),
            entity_name("ObjectTypeCode", required=SYSTEM),
            identifier("PrincipalId", "Principal", SYSTEM),
            entity_name("PrincipalTypeCode", required=SYSTEM),
            integer("AccessRightsMask", "Access Rights Mask"),
            integer("InheritedAccessRightsMask", "Inherited Access Rights Mask"),
            moment("ChangedOn", label("Changed On")),
            Column("versionnumber", "VersionNumber", Kind.BIG_INT, label("Version Number")),
        )
    ),
    11,
    schema_name="PrincipalObjectAccess",
    ownership="None",
    is_custom=False,
    alternate_key=("objectid", "principalid"),
)
# Where inherited rights come from: what a row has for a principal because of the row ``sourceid``. ``by_ownership``:
# the principal owns the source; otherwise the source was shared with it. The inherited mask of the sharing table is the
# sum of these, so that a right that goes takes nothing along that has another source.
INHERITANCE = PrivateTable(
    "_inheritance",
    (
        ("objectid", Kind.UNIQUE_IDENTIFIER),
        ("sourceid", Kind.UNIQUE_IDENTIFIER),
        ("by_ownership", Kind.BOOLEAN),
        ("principalid", Kind.UNIQUE_IDENTIFIER),
    ),
    (("principaltypecode", Kind.ENTITY_NAME), ("objecttypecode", Kind.ENTITY_NAME), ("mask", Kind.INTEGER)),
    indexed=("sourceid", "principalid"),
)
TABLES = (SHARING,)
