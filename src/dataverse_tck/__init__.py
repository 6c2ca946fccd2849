"""Technology compatibility kit for the Conversation table of the Dataverse Web API."""

__version__ = "0.1.0"
