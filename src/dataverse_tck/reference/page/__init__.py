"""The reference page in its two forms, and the facts that it states."""
