"""Runs judged again from what they have left behind."""
