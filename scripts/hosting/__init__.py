"""SFTP accounts on this host for those who fetch their files."""
