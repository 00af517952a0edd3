"""Every page.  Who may see it stands with its view; tests/web/matrix asks each."""

from django.urls import URLPattern, URLResolver, path

from tocsin.web import (
    account,
    answer,
    applications,
    contact_link,
    health,
    home,
    invitation,
    join,
    openid,
    outbox,
    overview,
    people,
    schemas,
    second_step,
    sign_in,
    upload,
)
from tocsin.web.analyst import urls as analyst
from tocsin.web.api.app import api
from tocsin.web.desk import urls as desk
from tocsin.web.everyone import urls as everyone
from tocsin.web.officer import urls as officer
from tocsin.web.oversight import urls as oversight

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.front, name="front"),
    path("healthz", health.healthz, name="healthz"),
    path("schemas/answer-1.json", schemas.answer_1, name="schema-answer-1"),
    path("answers/upload/", upload.upload, name="answers-upload"),
    path("answers/refused/", upload.refused, name="answers-refused"),
    path("answer/<str:token>/", answer.alert, name="answer"),
    path("answer/<str:token>/file/", answer.file, name="answer-file"),
    path("answer/<str:token>/refused/<uuid:handed_in>/", answer.refused, name="answer-refused"),
    path("answer/<str:token>/<uuid:threat>/", answer.threat, name="answer-threat"),
    path("api/v1/", api.urls),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/link/", sign_in.ask_for_link, name="ask-for-link"),
    path("sign-in/second/", second_step.second_step, name="second-step"),
    path("sign-in/passkey/", second_step.by_passkey, name="by-passkey"),
    path("sign-in/passkey/options/", second_step.passkey_options, name="passkey-options"),
    path("sign-in/with/<slug:name>/", openid.to_provider, name="to-provider"),
    path("sign-in/with/<slug:name>/back/", openid.from_provider, name="from-provider"),
    path("sign-in/<str:token>/", sign_in.by_link, name="sign-in-by-link"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("account/", account.account, name="account"),
    path("account/confirm/", second_step.confirm, name="confirm"),
    path("account/second-factor/", account.second_factor, name="second-factor"),
    path("account/app/", account.app, name="authenticator-app"),
    path("account/app/remove/", account.remove_app, name="remove-app"),
    path("account/passkeys/new/", account.new_passkey, name="new-passkey"),
    path("account/passkeys/options/", account.new_passkey_options, name="new-passkey-options"),
    path("account/passkeys/<int:number>/remove/", account.remove_passkey, name="remove-passkey"),
    path("account/recovery-codes/", account.recovery_codes, name="recovery-codes"),
    path("account/password/", account.password, name="password"),
    path("account/sessions/end/", account.end_other_sessions, name="end-other-sessions"),
    path("account/sessions/<int:number>/end/", account.end_session, name="end-session"),
    path("invitation/<str:token>/", invitation.accept_invitation, name="accept-invitation"),
    path("join/", join.join, name="join"),
    path("join/proof/<str:token>/", join.proof, name="proof"),
    path("join/<str:token>/", join.application, name="application"),
    path("contact/<str:token>/", contact_link.confirm_address, name="confirm-address"),
    path("organisation/people/", people.people, name="people"),
    path("organisation/people/invite/", people.invite_person, name="invite-person"),
    path("organisation/people/<int:number>/", people.person, name="person"),
    path("organisation/invitations/<int:number>/", people.invitation, name="invitation"),
    path("status/applications/", applications.applications, name="applications"),
    path("status/applications/<int:number>/", applications.one_application, name="one-application"),
    path("status/", overview.status, name="status"),
    path("status/outbox/", outbox.outbox, name="outbox"),
    path("status/outbox/<int:number>/", outbox.delivery, name="delivery"),
    path("status/outbox/<int:number>/html/", outbox.html_part, name="delivery-html"),
    path(
        "status/outbox/<int:number>/attachments/<int:part>/",
        outbox.attachment,
        name="delivery-attachment",
    ),
    *everyone.pages,
    *desk.pages,
    *analyst.pages,
    *officer.pages,
    *oversight.pages,
]
handler400 = "tocsin.web.health.bad_request"
handler403 = "tocsin.web.health.forbidden"
handler404 = "tocsin.web.health.not_found"
handler500 = "tocsin.web.health.broken"
