"""Users with keys that are not numbers, and only the fields that Django needs."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Person(AbstractBaseUser):
    """A user of another host."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=150, unique=True)

    USERNAME_FIELD = "name"

    objects = BaseUserManager()

    class Meta:
        app_label = "people"

    def __str__(self) -> str:
        return self.name
