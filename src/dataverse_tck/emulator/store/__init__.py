"""The rows in a database, their values in and out."""
