from django.db import migrations

from tocsin.database.guard import guard, guard_staff, narrow

OWNED = ("visit_score", "engagement", "agreed_action", "control_answer")


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_tables"), ("access", "0008_regions")]

    operations = [
        *(guard(table) for table in OWNED),
        *(narrow(table) for table in OWNED),
        guard_staff("region_count"),
    ]
