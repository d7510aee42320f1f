"""A store over SFTP: connection, pinned host keys, and a client that pipelines requests."""
