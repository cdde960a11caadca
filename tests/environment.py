"""The environment in which settings are read during tests. Loaded by pytest (`-p tests.environment`) before Django.

Whatever a developer has set for their own installation stays out, and so does the folder `var/` of this checkout: each
test process gets a folder of its own, removed at its end. Only `DATABASE_URL` is respected, because it chooses what the
tests run on; without it they run on SQLite.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="commonwhy-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

for _name in [name for name in os.environ if name.startswith(("COMMONWHY_", "EMAIL_URL"))]:
    del os.environ[_name]
os.environ["COMMONWHY_VAR"] = _folder
os.environ["COMMONWHY_SECRET_KEY"] = "for tests: always the same, so that a signed value in a failure can be repeated"
