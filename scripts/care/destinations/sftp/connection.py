"""Connects to an SFTP server: its host key is pinned, every step has a time limit, and faults become sentences."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import paramiko

from care.destinations.destination import Destination, Server, server_of
from care.destinations.sftp.client import Client
from care.destinations.sftp.host_keys import check, pinned_keys
from care.errors import Refused, Unreachable, first_line

KEEPALIVE_S = 15
# Three to six times as fast as the ones paramiko prefers.
FAST_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")


@contextmanager
def connected(destination: Destination) -> Iterator[paramiko.Transport]:
    """A connection to a server, without sign-in and without a check of its host key. Raises Unreachable or Refused."""
    server = server_of(destination)
    transport = None
    with _sentences(destination, server):
        transport = _transport(destination, server)
    try:
        yield transport
    finally:
        transport.close()


def sign_in(destination: Destination) -> Client:
    """A client of the server; closing it ends the connection. Raises Unreachable or Refused."""
    server = server_of(destination)
    transport = None
    try:
        with _sentences(destination, server):
            transport = _transport(destination, server)
            check(transport.get_remote_server_key(), destination.pinned, server.known_as, destination.name)
            with _limit(transport, destination.timeout_s):
                _authenticate(transport, server.user, destination)
                channel = transport.open_session(timeout=destination.timeout_s)
                channel.settimeout(destination.timeout_s)
                channel.invoke_subsystem("sftp")
                return Client(channel)
    except BaseException:
        if transport:
            transport.close()
        raise


def _transport(destination: Destination, server: Server) -> paramiko.Transport:
    if not os.environ.get("CARE_DEBUG"):
        # paramiko logs tracebacks of errors that it also raises.
        logging.getLogger("paramiko").setLevel(logging.CRITICAL)
    wire = socket.create_connection((server.host, server.port), destination.timeout_s)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # Else a peer that vanished in mid-upload would be noticed after a quarter of an hour.
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(destination.timeout_s * 1000))
    transport = paramiko.Transport(wire)
    try:
        for limit in ("banner_timeout", "handshake_timeout", "auth_timeout", "channel_timeout"):
            setattr(transport, limit, destination.timeout_s)
        transport.daemon = True
        options = transport.get_security_options()
        options.ciphers = sorted(options.ciphers, key=lambda cipher: cipher not in FAST_CIPHERS)
        pinned = {key.get_name() for key in pinned_keys(destination.pinned, server.known_as)}
        # A server with several keys shows the one whose type is asked for first.
        options.key_types = sorted(options.key_types, key=lambda kind: _key_type(kind) not in pinned)
        with _limit(transport, destination.timeout_s):
            transport.start_client()
        transport.set_keepalive(KEEPALIVE_S)
    except BaseException:
        transport.close()
        raise
    return transport


def _key_type(algorithm: str) -> str:
    return "ssh-rsa" if algorithm.startswith("rsa-sha2-") else algorithm


def _authenticate(transport: paramiko.Transport, user: str, destination: Destination) -> None:
    options = destination.options
    if options.get("key_file"):
        missing = transport.auth_publickey(user, _private_key(options, destination.name))
    elif options.get("password"):
        missing = transport.auth_password(user, options["password"])
    else:
        raise Refused(
            f"{destination.name}: there is nothing to sign in with; give the destination a password or a key_file,"
            " or set CARE_SFTP_PASSWORD or CARE_SFTP_KEY_FILE."
        )
    if missing:
        raise Refused(f"{destination.name}: the server asks for more to sign in ({', '.join(missing)}), which"
                      " is not supported; ask the receiver for a sign-in with one step.")  # fmt: skip


def _private_key(options: Mapping[str, Any], name: str) -> paramiko.PKey:
    path, passphrase = Path(options["key_file"]).expanduser(), options.get("passphrase")
    try:
        return paramiko.PKey.from_path(path, passphrase.encode() if passphrase else None)
    except OSError as error:
        raise Refused(f"{name}: the key {path} cannot be read: {error.strerror}; correct key_file.") from error
    except Exception as error:
        # paramiko and cryptography have a dozen types of errors for a missing, a needless and a wrong passphrase.
        raise Refused(
            f"{name}: the key {path} cannot be used: {first_line(error)}; check the key and its passphrase."
        ) from error


@contextmanager
def _limit(transport: paramiko.Transport, limit_s: float) -> Iterator[None]:
    """Ends a connection whose peer does not answer in time; some of paramiko's waits have no limit of their own."""
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        transport.close()

    timer = threading.Timer(limit_s, expire)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (paramiko.SSHException, EOFError, OSError) as error:
        if expired.is_set():
            raise TimeoutError(f"no answer within {limit_s:g} s") from error
        raise
    finally:
        timer.cancel()


@contextmanager
def _sentences(destination: Destination, server: Server) -> Iterator[None]:
    """Makes the faults of connecting and of signing in errors that a user reads."""
    where = f"{destination.name}: {server.host} port {server.port}"
    try:
        yield
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise Unreachable(f"{where}: its name cannot be looked up now.") from error
        raise Refused(f"{where}: there is no server of that name; correct the url.") from error
    except paramiko.AuthenticationException as error:
        said = first_line(error)
        if "timeout" in said.lower() or "shut down" in said.lower():
            raise Unreachable(f"{where} ended the connection during sign-in.") from error
        allowed = getattr(error, "allowed_types", None)
        ways = f" (it takes {', '.join(allowed)})" if allowed else ""
        raise Refused(
            f"{where} does not let the user {server.user} in{ways}; check user and password or key with the receiver."
        ) from error
    except paramiko.ssh_exception.IncompatiblePeer as error:
        raise Refused(f"{where}: no encryption in common ({first_line(error)}); ask the receiver.") from error
    except (paramiko.SSHException, paramiko.SFTPError, EOFError, OSError) as error:
        raise Unreachable(f"{where} cannot be reached: {destination.hidden(_said(error))}.") from error


def _said(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return first_line(error).rstrip(".") if str(error).strip() else "the connection was closed"


def disconnect(client: Client) -> None:
    """Ends the connection of a client, whatever state it is in."""
    with suppress(Exception):
        client.get_channel().get_transport().close()
