"""The form of the admin view that loads a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from chat_api.schemas.portability.parsing import BYTES_MAX


class UploadForm(forms.Form):
    """The upload of a file with schemas."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("A file of dump_schema (JSON, YAML or XML), or a compact document."),
    )

    def clean_file(self) -> Any:
        """Reject files that are too large."""
        file = self.cleaned_data["file"]
        if file.size > BYTES_MAX:
            raise ValidationError(_("Choose a file of at most %(size)s MB.") % {"size": BYTES_MAX // 2**20})
        return file
