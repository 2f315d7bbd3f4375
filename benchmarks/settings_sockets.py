"""The measured host as most hosts run: with a channel layer, so that events are published after commit."""

from benchmarks.settings import *  # noqa: F403

CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
