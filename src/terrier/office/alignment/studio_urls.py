from __future__ import annotations

from django.urls import path

from terrier.office.alignment import studio_views

app_name = "studio"

urlpatterns = [
    path("<int:plan_id>/studio/", studio_views.show_studio, name="studio"),
    path("<int:plan_id>/studio/plan", studio_views.send_plan, name="plan"),
    path("<int:plan_id>/studio/news", studio_views.send_news, name="news"),
    path("<int:plan_id>/studio/steps", studio_views.send_way_back, name="steps"),
    path("<int:plan_id>/studio/area", studio_views.send_area, name="area"),
    path("<int:plan_id>/studio/edits", studio_views.take_edit, name="edit"),
    path("<int:plan_id>/studio/remarks", studio_views.take_remark, name="remark"),
    path("<int:plan_id>/studio/remarks/<int:remark_id>", studio_views.settle, name="settle"),
]
