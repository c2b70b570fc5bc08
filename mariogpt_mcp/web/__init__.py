"""The pages, the files and the JSON API."""
