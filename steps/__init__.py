"""What each sentence of the features does: one module for each noun."""
