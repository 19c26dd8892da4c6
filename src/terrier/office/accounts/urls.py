from __future__ import annotations

from django.urls import path, re_path

from terrier.office.accounts import account_views, bulk_views, detail_views, list_views

app_name = "accounts"
urlpatterns = [
    path("", list_views.show_list, name="list"),
    path("points", list_views.show_points, name="points"),
    path("outlines", list_views.show_outlines, name="outlines"),
    re_path(r"^export\.(?P<ending>csv|xlsx)$", list_views.export, name="export"),
    path("choose", list_views.choose_account, name="choose"),
    path("choose/positions", list_views.choose_position, name="choose_position"),
    path("views", list_views.keep_view, name="keep_view"),
    path("views/<int:view>/delete", list_views.drop_view, name="drop_view"),
    path("bulk", bulk_views.bulk, name="bulk"),
    path("new", account_views.new_account, name="new"),
    path("<int:account>/", account_views.show_account, name="account"),
    path("<int:account>/timeline", account_views.show_timeline, name="timeline"),
    path("<int:account>/edit/<slug:section>", account_views.edit_section, name="edit"),
    path("<int:account>/delete", account_views.remove_account, name="delete"),
    path("<int:account>/restore", account_views.bring_back, name="restore"),
    path("<int:account>/move", account_views.move, name="move"),
    path("<int:account>/coverage", account_views.cover, name="cover"),
    path("<int:account>/coverage/<int:coverage>/end", account_views.uncover, name="uncover"),
    path("<int:account>/log/<slug:kind>", detail_views.log, name="log"),
    path("<int:account>/task/<int:pk>/done", detail_views.finish_task, name="finish_task"),
    path("<int:account>/<slug:kind>/new", detail_views.add_detail, name="add_detail"),
    path("<int:account>/<slug:kind>/<int:pk>", detail_views.edit_detail, name="edit_detail"),
    path("<int:account>/<slug:kind>/<int:pk>/delete", detail_views.remove_detail, name="remove_detail"),
]
