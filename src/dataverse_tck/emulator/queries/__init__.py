"""``$filter``, ``$select``, ``$expand``, ``$orderby`` and paging as SQL."""
