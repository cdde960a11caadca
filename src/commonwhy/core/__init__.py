"""What every room stands on: audit, jobs with progress, the disclosure gate, charts, the thread, slots, the page frame.

No foreign key leaves this room; records hold UUIDs and labels instead, so that nothing here depends on a lower room.
"""
