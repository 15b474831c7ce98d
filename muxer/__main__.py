"""`python -m muxer`."""

import sys

from muxer.cli import main

sys.exit(main())
