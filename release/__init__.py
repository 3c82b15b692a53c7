"""What a release is made with: `docs/contributing/releasing.md`."""
