"""Facts into requirements, a module for each level, and into response schemas."""
