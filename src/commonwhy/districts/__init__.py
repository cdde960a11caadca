"""Who and where: districts, schools, groups, people, positions, memberships, the roster; and the scope of every read.

A *viewer* is whoever reads: an account with its memberships, the public, or a job for one district (`viewers`).
Everything that belongs to a district derives from `DistrictOwned`, whose `objects` refuse to read anything that was not
asked for with `visible_to(viewer)`. Nobody gets a role by signing in: roles are memberships, from an invitation or
set-up.
"""
