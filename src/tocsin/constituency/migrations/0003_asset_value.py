from django.db import migrations, models


class Migration(migrations.Migration):
    """One column for what an asset is, and the register that it came from."""

    dependencies = [("constituency", "0002_guard")]

    operations = [
        migrations.RemoveField("asset", "asn"),
        migrations.RemoveField("asset", "prefix"),
        migrations.RemoveField("asset", "domain"),
        migrations.AddField("asset", "value", models.TextField(default=""), preserve_default=False),
        migrations.AddField(
            "asset", "registry", models.CharField(max_length=64, blank=True, default="")
        ),
        migrations.AddConstraint(
            "asset",
            models.UniqueConstraint(
                fields=["registry", "value", "organisation", "valid_from"],
                name="asset_once",
                nulls_distinct=False,
            ),
        ),
    ]
