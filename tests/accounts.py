"""An account serializer of a host."""

from typing import Any

from django.contrib.auth import get_user_model
from rest_framework import serializers


class NameSerializer(serializers.ModelSerializer[Any]):
    """Shows only the name."""

    class Meta:
        model = get_user_model()
        fields = ("username",)
