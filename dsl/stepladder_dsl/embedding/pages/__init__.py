"""The pages of this folder's codes."""
