from __future__ import annotations

from django import forms

from commonwhy.accounts.models import User


class AccountForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["name"]
