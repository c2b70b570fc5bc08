"""ASGI middleware around the pages and the JSON API."""
