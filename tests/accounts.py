"""How a host of the tests shows its users."""

from typing import Any

from django.contrib.auth import get_user_model
from rest_framework import serializers


class NameSerializer(serializers.ModelSerializer[Any]):
    """Nothing but the name."""

    class Meta:
        model = get_user_model()
        fields = ("username",)
