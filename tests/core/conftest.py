"""Property tests of the nouns are repeatable."""

import steady  # noqa: F401
