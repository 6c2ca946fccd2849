"""Actions and functions, bound and unbound, those of calls included."""
