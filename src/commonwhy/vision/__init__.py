"""How far apart meanings are, and what a community makes of it: a shared definition, its why, and a vision.

Every sentence of the vision cites the voices it rests on. An adopted version is frozen: it can be superseded, never
edited, and the database refuses to.
"""
