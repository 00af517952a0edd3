
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('constituency', '0005_refused_list_row'),
    ]

    operations = [
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('url', models.TextField()),
                ('description', models.TextField(blank=True, default='')),
                ('events', models.JSONField(default=list)),
                ('secret', models.BinaryField()),
                ('old_secret', models.BinaryField(null=True)),
                ('old_secret_until', models.DateTimeField(null=True)),
                ('enabled', models.BooleanField(default=True)),
                ('disabled_at', models.DateTimeField(null=True)),
                ('disabled_reason', models.TextField(blank=True, default='')),
                ('made_by', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('version', models.IntegerField(default=1)),
                ('failures', models.IntegerField(default=0)),
                ('failing_since', models.DateTimeField(null=True)),
                ('resting_until', models.DateTimeField(null=True)),
                ('tried_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='constituency.organisation')),
            ],
            options={
                'db_table': 'webhook',
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(default='queued', max_length=16)),
                ('attempts', models.IntegerField(default=0)),
                ('first_at', models.DateTimeField()),
                ('next_attempt_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('status', models.SmallIntegerField(default=0)),
                ('error', models.TextField(blank=True, default='')),
                ('milliseconds', models.IntegerField(default=0)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='constituency.organisation')),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='webhooks.webhook')),
            ],
            options={
                'db_table': 'webhook_delivery',
            },
        ),
        migrations.CreateModel(
            name='WebhookAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('status', models.SmallIntegerField(default=0)),
                ('error', models.TextField(blank=True, default='')),
                ('milliseconds', models.IntegerField(default=0)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='constituency.organisation')),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='webhooks.webhookdelivery')),
            ],
            options={
                'db_table': 'webhook_attempt',
            },
        ),
        migrations.CreateModel(
            name='WebhookEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('type', models.CharField(max_length=32)),
                ('data', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='constituency.organisation')),
            ],
            options={
                'db_table': 'webhook_event',
            },
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='webhooks.webhookevent'),
        ),
        migrations.AddIndex(
            model_name='webhookevent',
            index=models.Index(fields=['at'], name='webhook_event_when'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'sending'])), fields=['webhook', 'next_attempt_at'], name='webhook_delivery_due'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['event'], name='webhook_delivery_event'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(fields=('webhook', 'event'), name='webhook_delivery_once'),
        ),
    ]
