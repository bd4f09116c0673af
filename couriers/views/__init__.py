"""The courier's pages: parse, permit, call, render."""
