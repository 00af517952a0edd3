import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('constituency', '0005_refused_list_row'),
    ]

    operations = [
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind_id', models.SmallIntegerField()),
                ('key', models.UUIDField()),
                ('statement', models.CharField(max_length=16)),
                ('comment', models.TextField(blank=True, default='')),
                ('since', models.DateTimeField(null=True)),
                ('at', models.DateTimeField()),
                ('via', models.CharField(max_length=8)),
                ('name', models.TextField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('delegation_id', models.BigIntegerField(null=True)),
                ('alert_id', models.BigIntegerField(null=True)),
                ('submission', models.UUIDField()),
                ('effect', models.CharField(max_length=16)),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, to='constituency.organisation')),
            ],
            options={
                'db_table': 'answer',
                'indexes': [models.Index(fields=['key', 'organisation', 'id'], name='answer_threat')],
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(max_length=16)),
                ('value', models.TextField()),
                ('name', models.TextField()),
                ('email', models.EmailField(max_length=254)),
                ('language', models.CharField(default='en', max_length=8)),
                ('valid_from', models.DateTimeField()),
                ('valid_to', models.DateTimeField(null=True)),
                ('made_by', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('ended_by', models.TextField(blank=True, default='')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='constituency.organisation')),
            ],
            options={
                'db_table': 'delegation',
                'constraints': [models.UniqueConstraint(condition=models.Q(('valid_to', None)), fields=('organisation', 'value'), name='delegation_once')],
            },
        ),
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind_id', models.SmallIntegerField()),
                ('key', models.UUIDField()),
                ('statement', models.CharField(max_length=16)),
                ('opened_at', models.DateTimeField()),
                ('feed', models.CharField(blank=True, default='', max_length=64)),
                ('verdict', models.CharField(blank=True, default='', max_length=16)),
                ('decided_by', models.TextField(blank=True, default='')),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True, default='')),
                ('until', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='constituency.organisation')),
            ],
            options={
                'db_table': 'dispute',
                'indexes': [models.Index(fields=['kind_id', 'key'], name='dispute_threat'), models.Index(condition=models.Q(('ended_at', None), ('until__isnull', False)), fields=['until'], name='dispute_until')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('verdict', '')), fields=('kind_id', 'key'), name='dispute_open')],
            },
        ),
    ]
