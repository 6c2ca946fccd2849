"""Requests, answers, errors, paths and query options, as OData and Dataverse write them."""
