"""Everything that can be made wrong, late, short or refused, for whoever tests a client."""
