"""Links between a conversation and other records: made, followed, looked for, refused, undone."""
