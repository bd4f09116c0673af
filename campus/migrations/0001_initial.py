import core.clock
import core.ids
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Campus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='English name')),
                ('code', models.SlugField(max_length=32, unique=True, verbose_name='code')),
                ('lat', models.FloatField(help_text='Centre of the map, WGS-84.', verbose_name='latitude')),
                ('lon', models.FloatField(verbose_name='longitude')),
                ('attribution', models.CharField(blank=True, max_length=120, verbose_name='map attribution')),
                ('weather', models.CharField(choices=[('clear', 'clear'), ('rain', 'rain'), ('storm', 'storm')], default='clear', max_length=8, verbose_name='weather')),
                ('call_provider', models.CharField(blank=True, choices=[('direct', 'the number itself, while it is needed'), ('fake', 'lent numbers that ring nowhere (for trying out)'), ('aliyun', 'numbers lent by Aliyun')], help_text='Empty: as the whole installation does it.', max_length=8, verbose_name='phone calls')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('version', models.CharField(default=core.ids.new_no, editable=False, max_length=16)),
                ('imported', models.JSONField(default=dict, editable=False)),
            ],
            options={
                'verbose_name': 'campus',
                'verbose_name_plural': 'campuses',
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('weather__in', ['clear', 'rain', 'storm'])), name='campus_weather'), models.CheckConstraint(condition=models.Q(('call_provider__in', ['', 'direct', 'fake', 'aliyun'])), name='campus_call_provider')],
            },
        ),
        migrations.CreateModel(
            name='BaseMap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('geojson', models.JSONField(default=dict, verbose_name='drawn map')),
                ('campus', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='base_map', to='campus.campus', verbose_name='campus')),
            ],
            options={
                'verbose_name': 'drawn map',
                'verbose_name_plural': 'drawn maps',
            },
        ),
        migrations.CreateModel(
            name='PathNetwork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nodes', models.JSONField(default=dict)),
                ('edges', models.JSONField(default=list)),
                ('built_at', models.DateTimeField(default=core.clock.now, verbose_name='built at')),
                ('campus', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='paths', to='campus.campus', verbose_name='campus')),
            ],
            options={
                'verbose_name': 'footpath network',
                'verbose_name_plural': 'footpath networks',
            },
        ),
        migrations.CreateModel(
            name='Zone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='English name')),
                ('code', models.SlugField(max_length=32, verbose_name='code')),
                ('admits', models.CharField(choices=[('any', 'anyone'), ('male', 'men only'), ('female', 'women only')], default='any', max_length=8, verbose_name='admits')),
                ('imported', models.JSONField(default=dict, editable=False)),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='zones', to='campus.campus', verbose_name='campus')),
            ],
            options={
                'verbose_name': 'zone',
                'verbose_name_plural': 'zones',
                'ordering': ['campus', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='English name')),
                ('code', models.SlugField(max_length=40, verbose_name='code')),
                ('kind', models.CharField(choices=[('dorm', 'dorm'), ('canteen', 'canteen'), ('shop', 'shop'), ('gate', 'gate'), ('parcel_station', 'parcel station'), ('teaching', 'teaching building'), ('library', 'library'), ('office', 'office'), ('sport', 'sports ground'), ('relay_station', 'relay station'), ('other', 'other')], default='other', max_length=16, verbose_name='kind')),
                ('lat', models.FloatField(help_text='Of the door, WGS-84.', verbose_name='latitude')),
                ('lon', models.FloatField(verbose_name='longitude')),
                ('node_key', models.CharField(blank=True, help_text='The node of the footpath network at the door. Empty: the nearest point of the nearest path.', max_length=40, verbose_name='path node')),
                ('floors', models.PositiveSmallIntegerField(default=1, verbose_name='floors')),
                ('has_lift', models.BooleanField(default=False, verbose_name='lift')),
                ('is_active', models.BooleanField(default=True, help_text='Inactive places (a closed gate) stay on the map, unselectable.', verbose_name='active')),
                ('imported', models.JSONField(default=dict, editable=False)),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='campus.campus', verbose_name='campus')),
                ('zone', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='places', to='campus.zone', verbose_name='zone')),
            ],
            options={
                'verbose_name': 'place',
                'verbose_name_plural': 'places',
                'ordering': ['campus', 'kind', 'code'],
            },
        ),
        migrations.CreateModel(
            name='PeakPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('weekdays', models.CharField(default='12345', help_text='Digits in order, 1 is Monday and 7 is Sunday.', max_length=7, validators=[django.core.validators.RegexValidator('^1?2?3?4?5?6?7?$', 'Digits in order, 1 is Monday and 7 is Sunday.')], verbose_name='weekdays')),
                ('start', models.TimeField(verbose_name='start')),
                ('end', models.TimeField(verbose_name='end')),
                ('factor', models.DecimalField(decimal_places=2, default=1, help_text='Stages may take this times as long.', max_digits=4, verbose_name='factor')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='peaks', to='campus.campus', verbose_name='campus')),
            ],
            options={
                'verbose_name': 'peak period',
                'verbose_name_plural': 'peak periods',
                'ordering': ['campus', 'start'],
                'constraints': [models.CheckConstraint(condition=models.Q(('start__lt', models.F('end'))), name='peak_order'), models.CheckConstraint(condition=models.Q(('factor__gte', 1)), name='peak_factor_from_1')],
            },
        ),
        migrations.AddConstraint(
            model_name='zone',
            constraint=models.UniqueConstraint(fields=('campus', 'code'), name='zone_code_once'),
        ),
        migrations.AddConstraint(
            model_name='zone',
            constraint=models.CheckConstraint(condition=models.Q(('admits__in', ['any', 'male', 'female'])), name='zone_admits'),
        ),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(fields=['campus', 'kind'], name='place_kind_idx'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.UniqueConstraint(fields=('campus', 'code'), name='place_code_once'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['dorm', 'canteen', 'shop', 'gate', 'parcel_station', 'teaching', 'library', 'office', 'sport', 'relay_station', 'other'])), name='place_kind'),
        ),
    ]
