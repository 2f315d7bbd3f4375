"""Delivery: the log of what happened, and the sockets that tell of it. Hosts add socket commands with `command`."""

from chat_api.realtime.socket.commands import Call, CommandRefused, CommandSocket, command

__all__ = ["Call", "CommandRefused", "CommandSocket", "command"]
