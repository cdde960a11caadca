"""Other people's files: each module reads (or writes) one format the field already uses, and knows how it breaks.

Nothing here touches a database; parsers stream, report what they refuse by file, line, column and value, and never
stop at one bad row.
"""
