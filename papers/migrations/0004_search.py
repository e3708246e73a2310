from django.db import migrations

from papers.search.engine import create, drop
from papers.search.indexing import index_all


def make(apps, schema_editor):
    """Each database has its own way of full-text search; both get the papers that are there."""
    connection = schema_editor.connection
    create(connection)
    index_all(apps.get_model("papers", "Paper").objects.using(connection.alias))


def unmake(apps, schema_editor):
    drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("papers", "0003_names_as_given")]
    operations = [migrations.RunPython(make, unmake)]
