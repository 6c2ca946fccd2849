"""The reference page: reading it, the facts it states, and what is derived from them."""
