"""Names the plug-in and the step modules."""

pytest_plugins = [
    "dataverse_tck.scenarios.plugin",
    "steps.tables",
    "steps.messages",
    "steps.columns",
    "steps.relationships",
    "steps.records",
    "steps.channels",
    "steps.facts",
    "steps.calls",
]
