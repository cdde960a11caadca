"""Spanish as it is written in the schools of the United States."""
