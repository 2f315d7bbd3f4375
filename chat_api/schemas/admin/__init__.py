"""Schemas in the admin, where scripts are written. What is published can be looked at, and copied."""

from chat_api.schemas.admin.questions import QuestionAdmin
from chat_api.schemas.admin.schemas import SchemaAdmin

__all__ = ["QuestionAdmin", "SchemaAdmin"]
