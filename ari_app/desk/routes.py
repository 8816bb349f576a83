"""Every address of the desk with the permission it takes; what is not here does not exist."""

from __future__ import annotations

from aiohttp import web

from ari_app.desk import (
    agent_api,
    agent_views,
    audio,
    backlog_page,
    call_records,
    calls_out,
    claim_acts,
    claim_records,
    complaint_pages,
    door,
    follow_up_form,
    network,
    pages,
    people_pages,
    report_api,
    stream,
    survey_block,
    task_pages,
)
from ari_app.desk.customer import asks, wishes
from ari_app.desk.customer import pages as customer
from ari_app.desk.gate import Route
from ari_app.desk.keys import ASSETS
from ari_app.desk.permissions import Permission as P
from ari_app.desk.surveyor import acts as survey_acts
from ari_app.desk.surveyor import pages as survey_pages
from ari_app.desk.surveyor import photos as survey_photos
from ari_app.desk.v1 import document, operations


async def static(request: web.Request) -> web.StreamResponse:
    """A file a browser needs."""
    return request.app[ASSETS].answer(request.match_info["tag"], request.match_info["name"])


_PAGES = (
    Route("GET", "/static/{tag}/{name:.+}", static, None),
    Route("GET", "/sign-in", door.sign_in_page, None),
    Route("POST", "/sign-in", door.sign_in, None),
    Route("GET", "/first-run", door.first_run_page, None),
    Route("POST", "/first-run", door.first_run, None),
    Route("POST", "/language", door.set_language, None),
    Route("GET", "/c/{token}", customer.claim, None),
    Route("GET", "/c/{token}/all", customer.everything, None),
    Route("GET", "/c/{token}/wishes", wishes.page, None),
    Route("POST", "/c/{token}/wishes", wishes.keep, None),
    Route("POST", "/c/{token}/prove", wishes.prove, None),
    Route("GET", "/c/{token}/call", asks.call_page, None),
    Route("POST", "/c/{token}/call", asks.ask_call, None),
    Route("GET", "/c/{token}/opinion", asks.opinion_page, None),
    Route("POST", "/c/{token}/opinion", asks.give_opinion, None),
    Route("POST", "/c/{token}/photos", survey_photos.put_own, None, uploads=True),
    Route("GET", "/s/worker.js", survey_pages.worker, None),
    Route("GET", "/s/{token}", survey_pages.survey, None),
    Route("GET", "/s/{token}/state", survey_pages.state, None),
    Route("POST", "/s/{token}/acts", survey_acts.act, None),
    Route("POST", "/s/{token}/call", survey_acts.call, None),
    Route("GET", "/s/{token}/clip", survey_photos.clip, None),
    Route("PUT", "/s/{token}/photos/{id}", survey_photos.put, None, uploads=True),
    Route("GET", "/s/{token}/photos/{id}", survey_photos.show, None),
    Route("GET", "/survey", survey_pages.jobs, P.SURVEYS),
    Route("GET", "/", door.home, P.SELF),
    Route("POST", "/sign-out", door.sign_out, P.SELF),
    Route("GET", "/me", people_pages.me, P.SELF),
    Route("GET", "/alarms", pages.alarms, P.SELF),
    Route("GET", "/desk", agent_views.desk, P.TAKE_CALLS),
    Route("GET", "/desk/region/{name}", agent_views.region, P.TAKE_CALLS),
    Route("GET", "/calls", call_records.calls_page, P.CALLS_OWN),
    Route("GET", "/calls/{call_id}", call_records.call_page, P.CALLS_OWN),
    Route("GET", "/claims", claim_records.claims_page, P.CLAIMS_OWN),
    Route("GET", "/claims/{number}", claim_records.claim_page, P.CLAIMS_OWN),
    Route("GET", "/claims/{number}/region", claim_records.claim_region, P.CLAIMS_OWN),
    Route("GET", "/claims/{number}/photos/{id}", survey_block.photo, P.CLAIMS_OWN),
    Route("GET", "/claims/{number}/moves", claim_records.moves_sheet, P.MOVE_CLAIMS),
    Route("GET", "/claims/{number}/follow-up", follow_up_form.sheet, P.TASKS),
    Route("GET", "/complaints", complaint_pages.complaints_page, P.COMPLAINTS),
    Route("GET", "/complaints/{number}", complaint_pages.complaint_page, P.COMPLAINTS),
    Route("GET", "/tasks", task_pages.tasks_page, P.TASKS),
    Route("GET", "/callbacks", task_pages.callbacks_page, P.TASKS),
    Route("GET", "/backlog", backlog_page.backlog_page, P.BACKLOG),
    Route("GET", "/network", network.network, P.TRUNKS),
    Route("GET", "/security/users", people_pages.users_page, P.USERS),
    Route("POST", "/security/users", people_pages.add_from_page, P.USERS),
    Route("POST", "/security/users/{login}/reset", people_pages.reset_from_page, P.USERS),
)

_API = (
    Route("POST", "/api/sign-in", door.api_sign_in, None),
    Route("POST", "/api/sign-out", door.sign_out, P.SELF),
    Route("GET", "/api/feed", stream.feed, P.SELF),
    Route("GET", "/api/me", agent_api.me, P.SELF),
    Route("POST", "/api/me/state", agent_api.set_state, P.TAKE_CALLS),
    Route("GET", "/api/me/offer", agent_api.offer, P.TAKE_CALLS),
    Route("GET", "/api/me/call", agent_api.call, P.TAKE_CALLS),
    Route("GET", "/api/me/work", agent_api.work, P.TAKE_CALLS),
    Route("POST", "/api/me/wrap-up/end", agent_api.end_wrap_up, P.TAKE_CALLS),
    Route("GET", "/api/calls", call_records.api_calls, P.CALLS_OWN),
    Route("GET", "/api/calls/{call_id}", call_records.api_call, P.CALLS_OWN),
    Route("GET", "/api/calls/{call_id}/recording", audio.recording, P.PLAY_OWN),
    Route("GET", "/api/calls/{call_id}/peaks", audio.peaks, P.PLAY_OWN),
    Route("POST", "/api/calls/{call_id}/recording/pause", agent_api.pause, P.TAKE_CALLS),
    Route("POST", "/api/calls/{call_id}/reveal", agent_api.reveal, P.UNMASK),
    Route("POST", "/api/calls/{call_id}/report", report_api.begin, P.REPORT_OWN),
    Route("GET", "/api/reports/{number}", report_api.get, P.REPORT_OWN),
    Route("PATCH", "/api/reports/{number}", report_api.patch, P.REPORT_OWN),
    Route("POST", "/api/reports/{number}/send", report_api.send, P.REPORT_OWN),
    Route("GET", "/api/claims", claim_records.api_claims, P.CLAIMS_OWN),
    Route("GET", "/api/claims/{number}", claim_records.api_claim, P.CLAIMS_OWN),
    Route("POST", "/api/claims/{number}/moves", claim_acts.make, P.MOVE_CLAIMS),
    Route("POST", "/api/claims/{number}/follow-up", follow_up_form.record, P.TASKS),
    Route("POST", "/api/calls/{call_id}/promise", claim_acts.promise, P.TAKE_CALLS),
    Route("POST", "/api/calls-out", calls_out.place, P.TASKS),
    Route("GET", "/api/complaints", complaint_pages.api_complaints, P.COMPLAINTS),
    Route("POST", "/api/complaints/{number}/moves", complaint_pages.move, P.COMPLAINTS),
    Route("GET", "/api/tasks", task_pages.api_tasks, P.TASKS),
    Route("POST", "/api/tasks/{id}/done", task_pages.task_done, P.TASKS),
    Route("GET", "/api/callbacks", task_pages.api_callbacks, P.TASKS),
    Route("POST", "/api/callbacks/{id}", task_pages.callback_over, P.TASKS),
    Route("GET", "/api/backlog", backlog_page.api_backlog, P.BACKLOG),
    Route("POST", "/api/backlog/{id}/retry", backlog_page.retry, P.BACKLOG),
    Route("POST", "/api/backlog/{id}/drop", backlog_page.drop, P.BACKLOG),
    Route("GET", "/api/users", people_pages.api_users, P.USERS),
    Route("POST", "/api/users", people_pages.api_add, P.USERS),
    Route("POST", "/api/users/{login}/reset", people_pages.api_reset, P.USERS),
)

ROUTES = (*_PAGES, *_API, *operations.ROUTES, document.ROUTE)
