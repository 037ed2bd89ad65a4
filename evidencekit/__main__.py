"""``python -m evidencekit`` is the command line."""

import sys

from evidencekit.cli import main

sys.exit(main())
