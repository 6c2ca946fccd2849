"""Faults: everything that can be switched on to be wrong, for whoever tests a client."""
