from django.db import models


class Witness(models.Model):
    """What the database knows of an installation that may send from it. See `fence`.

    `name` is that of INSTALLATION_ID or of a folder's file; `mark` changes with each tick, here
    and in the file, so that a database that was restored does not match.
    """

    name = models.CharField(primary_key=True, max_length=100)
    mark = models.CharField(max_length=32, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "witnesses"

    def __str__(self) -> str:
        return self.name
