import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tocsin.database.guard import guard


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0006_invitation'),
        ('constituency', '0005_refused_list_row'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.BinaryField(unique=True)),
                ('start', models.CharField(max_length=16)),
                ('name', models.TextField(blank=True, default='')),
                ('scopes', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='constituency.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'api_token',
            },
        ),
        migrations.CreateModel(
            name='KeptReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=255)),
                ('request', models.BinaryField()),
                ('made_at', models.DateTimeField()),
                ('status', models.SmallIntegerField(default=0)),
                ('headers', models.JSONField(default=dict)),
                ('body', models.BinaryField(default=b'')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='constituency.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'kept_reply',
                'constraints': [models.UniqueConstraint(fields=('person', 'key'), name='kept_reply_once')],
            },
        ),
        guard("api_token"),
        guard("kept_reply"),
    ]
