"""The event log, and the sockets that deliver its events. Hosts add socket commands with `command`."""

from chat_api.realtime.socket.commands import Call, CommandRefused, CommandSocket, command

__all__ = ["Call", "CommandRefused", "CommandSocket", "command"]
