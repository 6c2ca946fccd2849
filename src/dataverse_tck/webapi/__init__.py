"""The one door to the network: requests, readings, records."""
