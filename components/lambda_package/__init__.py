"""Building a package for Lambda: sources of ours and locked dependencies, in one folder, cached."""
