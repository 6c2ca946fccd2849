"""Names the plug-in and the step modules."""
