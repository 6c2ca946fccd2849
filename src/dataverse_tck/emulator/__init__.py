"""The embedded endpoint: a local stand-in for Dataverse, also a product of its own."""
