"""The description of the organisation: plain data that everything else is made from."""
