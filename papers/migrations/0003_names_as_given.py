from django.db import migrations
from django.db.models import OuterRef, Subquery


def keep_names(apps, schema_editor):
    """Until now an author's name was the one that their papers gave."""
    Author = apps.get_model("papers", "Author")
    Authorship = apps.get_model("papers", "Authorship")
    name = Author.objects.filter(pk=OuterRef("author")).values("name")
    Authorship.objects.using(schema_editor.connection.alias).update(named=Subquery(name))


class Migration(migrations.Migration):
    dependencies = [("papers", "0002_worth_sending")]
    operations = [migrations.RunPython(keep_names, migrations.RunPython.noop)]
