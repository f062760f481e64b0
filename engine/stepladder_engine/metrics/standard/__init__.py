"""The standard figures of a business, worked out for any spec without being written in it."""
