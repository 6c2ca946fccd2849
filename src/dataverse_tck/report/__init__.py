"""A run told from its folder, in any format."""
