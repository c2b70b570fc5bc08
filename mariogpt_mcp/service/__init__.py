"""What every front end shares: making levels for async callers, schemas, links, identity, logging."""
