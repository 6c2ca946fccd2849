"""What the sentences about calls do: bring a call to a state, send messages, look at what became of it."""
