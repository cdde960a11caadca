import sys

from commonwhy.cli import main

sys.exit(main())
