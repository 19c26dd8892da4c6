"""The addresses of people, positions, the org chart, one's own security and invitations."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from terrier.office.people import chart_views, closing_views, position_views, security_views, views


class RowNumber(IntConverter):
    """A number that a row can have: longer ones are no address of ours, and no error of the database."""

    regex = "[0-9]{1,18}"


class PlannedKind:
    regex = "holder|line"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RowNumber, "row")
register_converter(PlannedKind, "planned")

app_name = "people"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/new/", views.new_person, name="new_person"),
    path("people/<row:person_id>/", views.person, name="person"),
    path("people/<row:person_id>/change/", views.change_person, name="change_person"),
    path("people/<row:person_id>/invite/", views.invite_person, name="invite"),
    path("people/<row:person_id>/access/", views.set_access, name="access"),
    path("people/<row:person_id>/second-factors/", views.clear_factors, name="clear_factors"),
    path("positions/", position_views.positions, name="positions"),
    path("positions/new/", position_views.new_position, name="new_position"),
    path("positions/<row:position_id>/", position_views.position, name="position"),
    path("positions/<row:position_id>/change/", position_views.change_position, name="change_position"),
    path("positions/<row:position_id>/hand-over/", position_views.hand_over_position, name="hand_over"),
    path("positions/<row:position_id>/report-to/", position_views.report_position, name="report_to"),
    path("positions/<row:position_id>/close/", closing_views.end_position, name="close"),
    path("positions/<row:position_id>/reopen/", position_views.open_again, name="reopen"),
    path(
        "positions/<row:position_id>/planned/<planned:kind>/<row:row_id>/drop/",
        position_views.drop_plan,
        name="drop_plan",
    ),
    path("org-chart/", chart_views.chart, name="chart"),
    path("security/tokens/", security_views.make_token, name="make_token"),
    path("security/tokens/<row:token_id>/revoke/", security_views.drop_token, name="drop_token"),
    path("security/devices/<row:session_id>/end/", security_views.end_device, name="end_device"),
    path("security/devices/end-others/", security_views.end_other_devices, name="end_other_devices"),
    path("join/<str:token>/", security_views.join, name="join"),
]
