"""How dates and numbers are written where Django's own habit is not that of the readers here, a folder for each language."""
