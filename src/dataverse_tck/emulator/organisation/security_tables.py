"""The sharing table as clients read it: which principal has which rights on which row."""

from __future__ import annotations

from dataverse_tck.emulator.organisation.model import Column, Kind, Table, label
from dataverse_tck.emulator.organisation.spelling import SYSTEM, entity_name, identifier, integer, moment, read_only

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
)
TABLES = (SHARING,)
