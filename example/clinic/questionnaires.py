"""The questionnaires of the folder questionnaires/, one compact document each."""

from pathlib import Path

import yaml
from django.core.management import call_command

from chat_api.schemas.models import Schema

#: The names of those that pages and the sample refer to.
ONBOARDING, TRACKER, HEALTH_CHECK, PAIN_FOLLOW_UP = (
    "Welcome to the clinic",
    "Your week",
    "Health check",
    "Pain follow-up",
)
FOLDER = Path(__file__).resolve().parent.parent / "questionnaires"


def load_questionnaires() -> list[str]:
    """Load and publish every questionnaire whose name does not exist yet; return the names of those loaded."""
    loaded = []
    for file in sorted(FOLDER.glob("*.yaml")):
        name = yaml.safe_load(file.read_text(encoding="utf-8"))["name"]
        if not Schema.objects.filter(name=name, published=True).exists():
            call_command("load_schema", str(file), format="compact", publish=True, verbosity=0)
            loaded.append(name)
    return loaded
