"""The detectors: one folder each, with what it looks for, the type that it reports and what a campus may set of it."""
