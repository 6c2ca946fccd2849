"""Who may do what with a row, and what happening to one row does to others."""
