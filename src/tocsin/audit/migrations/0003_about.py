from django.db import migrations, models

# Row-level security holds for the owner, too.
KNOWN = """
SELECT set_config('tocsin.staff', 'on', true);
UPDATE audit_entry SET about = (detail ->> 'organisation')::bigint
WHERE jsonb_typeof(detail -> 'organisation') = 'number' AND action <> 'dispute decided';
SELECT set_config('tocsin.staff', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_guard")]

    operations = [
        migrations.AddField("entry", "about", models.BigIntegerField(null=True)),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.AddIndex(
            "entry", models.Index(fields=["actor", "-id"], name="audit_entry_who")
        ),
        migrations.AddIndex(
            "entry", models.Index(fields=["action", "-id"], name="audit_entry_what")
        ),
        migrations.AddIndex(
            "entry", models.Index(fields=["about", "-id"], name="audit_entry_whose")
        ),
        migrations.AddIndex("entry", models.Index(fields=["at"], name="audit_entry_when")),
    ]
