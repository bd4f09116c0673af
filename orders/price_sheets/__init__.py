"""A campus's prices as a sheet: downloaded, edited anywhere, uploaded, looked at, and kept as drafts to publish."""
