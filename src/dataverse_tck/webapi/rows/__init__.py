"""Test rows of any table, made from its own metadata, in a ledger, and removed again."""
