"""The admin of schemas, with the script editor. Published schemas can be viewed and copied."""

from chat_api.schemas.admin.questions import QuestionAdmin
from chat_api.schemas.admin.schemas import SchemaAdmin

__all__ = ["QuestionAdmin", "SchemaAdmin"]
