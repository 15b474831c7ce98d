"""The only package that knows Textual. It is handed the runtime and never reaches for it."""
