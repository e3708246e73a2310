from django.db import models
from django.db.models.functions import Now


class MailboxMessage(models.Model):
    """A mail as the local mailbox keeps it. The same Message-ID is kept once."""

    message_id = models.CharField(max_length=255, unique=True)
    recipient = models.CharField(max_length=320, db_index=True)
    sender = models.CharField(max_length=320)
    subject = models.TextField()
    headers = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    received_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return self.subject
