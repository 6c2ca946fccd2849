"""The namespace of Dataverse's own types, operations and annotations."""

from __future__ import annotations

NAMESPACE = "Microsoft.Dynamics.CRM"
QUALIFIER = f"{NAMESPACE}."  # stands before the name of a type, of a bound operation, of an annotation
