from __future__ import annotations

from django.urls import path

from terrier.office.alignment import (
    challenge_views,
    coverage_model_views,
    effect_views,
    engine_views,
    plan_views,
    rule_views,
)

app_name = "plans"
urlpatterns = [
    path("", plan_views.plans, name="list"),
    path("new", plan_views.new_plan, name="new"),
    path("<int:plan_id>/", plan_views.plan, name="plan"),
    path("<int:plan_id>/settings", plan_views.settings, name="settings"),
    path("<int:plan_id>/history", plan_views.history, name="history"),
    path("<int:plan_id>/compare", plan_views.compare, name="compare"),
    path("<int:plan_id>/undo", plan_views.undo, name="undo"),
    path("<int:plan_id>/redo", plan_views.redo, name="redo"),
    path("<int:plan_id>/copy", plan_views.copy, name="copy"),
    path("<int:plan_id>/review", plan_views.review, name="review"),
    path("<int:plan_id>/reopen", plan_views.reopen, name="reopen"),
    path("<int:plan_id>/approve", plan_views.approve, name="approve"),
    path("<int:plan_id>/archive", plan_views.archive, name="archive"),
    path("<int:plan_id>/delete", plan_views.delete, name="delete"),
    path("<int:plan_id>/territories/<int:territory_id>/", challenge_views.territory, name="territory"),
    path("<int:plan_id>/territories/<int:territory_id>/accept", challenge_views.accept, name="accept"),
    path("<int:plan_id>/territories/<int:territory_id>/propose", challenge_views.propose, name="propose"),
    path("<int:plan_id>/challenges/", challenge_views.challenges, name="challenges"),
    path("<int:plan_id>/challenges/<int:challenge_id>/decide", challenge_views.decide, name="decide"),
    path("<int:plan_id>/challenges/<int:challenge_id>/withdraw", challenge_views.withdraw, name="withdraw"),
    path("<int:plan_id>/hand-overs/", effect_views.handovers, name="handovers"),
    path("<int:plan_id>/hand-overs/<int:handover_id>", effect_views.settle, name="settle"),
    path("<int:plan_id>/take-effect", effect_views.take_effect, name="take_effect"),
    path("<int:plan_id>/take-back", effect_views.take_back, name="take_back"),
    path("<int:plan_id>/hold", effect_views.hold, name="hold"),
    path("<int:plan_id>/hold/<int:holdover_id>", effect_views.release, name="release"),
    path("<int:plan_id>/coverage", coverage_model_views.show_coverage_model, name="coverage"),
    path("<int:plan_id>/engine/", engine_views.show_engine, name="engine"),
    path("<int:plan_id>/engine/ask/<slug:kind>", engine_views.ask, name="ask"),
    path("<int:plan_id>/engine/<int:candidate_id>/", engine_views.candidate, name="candidate"),
    path("<int:plan_id>/engine/<int:candidate_id>/take", engine_views.take, name="take"),
    path("<int:plan_id>/rules/", rule_views.show_rules, name="rules"),
    path("<int:plan_id>/rules/new/<slug:kind>", rule_views.new_rule, name="new_rule"),
    path("<int:plan_id>/rules/apply", rule_views.apply_rules, name="apply_rules"),
    path("<int:plan_id>/rules/areas", rule_views.bring_areas, name="areas"),
    path("<int:plan_id>/rules/<int:rule_id>/", rule_views.change_rule, name="rule"),
    path("<int:plan_id>/rules/<int:rule_id>/delete", rule_views.remove_rule, name="remove_rule"),
    path("<int:plan_id>/rules/<int:rule_id>/<slug:way>", rule_views.move_rule, name="move_rule"),
]
