from django.db import migrations

from tocsin.database.guard import guard_staff


class Migration(migrations.Migration):
    dependencies = [("access", "0004_sign_in")]

    operations = [
        guard_staff("authenticator_app"),
        guard_staff("passkey"),
        guard_staff("recovery_code"),
        guard_staff("provider_account"),
        guard_staff("sign_in_session"),
    ]
