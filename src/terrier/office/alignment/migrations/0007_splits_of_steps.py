from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alignment", "0006_company_thresholds"),
    ]

    operations = [
        migrations.AddField(
            model_name="step",
            name="splits",
            field=models.JSONField(default=list),
        ),
    ]
