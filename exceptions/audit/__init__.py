"""The auditor: looks every hour whether what must always hold does, tells supervisors once of what does not, and an
outside monitor that all is well."""
