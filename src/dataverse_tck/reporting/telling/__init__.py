"""What is told of a failure, the same in every report."""
