"""The actions and functions of the platform: what they are bound to, what they take and what they give back."""

from __future__ import annotations

from dataverse_tck.emulator.organisation.model import (
    Binding,
    Operation,
    Parameter,
)

_TARGET = Parameter("Target", "mscrm.crmbaseentity", nullable=False)


_ACCESS = Parameter("PrincipalAccess", "mscrm.PrincipalAccess", nullable=False)


_RIGHTS = (Parameter("AccessRights", "mscrm.AccessRights", nullable=False),)


OPERATIONS = (
    Operation("GrantAccess", parameters=(_TARGET, _ACCESS)),
    Operation("ModifyAccess", parameters=(_TARGET, _ACCESS)),
    Operation(
        "RevokeAccess",
        parameters=(_TARGET, Parameter("Revokee", "mscrm.principal", nullable=False)),
    ),
    Operation(
        "WhoAmI",
        "Function",
        outputs=tuple(
            Parameter(name, "Edm.Guid", nullable=False) for name in ("BusinessUnitId", "UserId", "OrganizationId")
        ),
    ),
    Operation("RetrieveVersion", "Function", outputs=(Parameter("Version", "Edm.String", nullable=False),)),
    *(
        Operation(
            "RetrievePrincipalAccess",
            "Function",
            Binding.ENTITY,
            table,
            parameters=(_TARGET,),
            outputs=_RIGHTS,
        )
        for table in ("systemuser", "team", "organization")
    ),
    Operation(
        "RetrieveSharedPrincipalsAndAccess",
        "Function",
        parameters=(_TARGET,),
        outputs=(Parameter("PrincipalAccesses", "Collection(mscrm.PrincipalAccess)", nullable=False),),
    ),
    Operation(
        "RetrieveAccessOrigin",
        "Function",
        parameters=(
            Parameter("ObjectId", "Edm.Guid", nullable=False),
            Parameter("LogicalName", "Edm.String", nullable=False),
            Parameter("PrincipalId", "Edm.Guid", nullable=False),
        ),
        outputs=(Parameter("Response", "Edm.String", nullable=False),),
    ),
)
