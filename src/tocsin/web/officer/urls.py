"""The pages of this folder.  Who may see one stands with its view."""

from django.urls import URLPattern, path

from tocsin.web.officer import assessment, briefing, engagements, officers, queue

pages: list[URLPattern] = [
    path("region/", queue.region, name="region"),
    path(
        "region/organisations/<int:number>/", queue.region_organisation, name="region-organisation"
    ),
    path("region/organisations/<int:number>/briefing/", briefing.briefing_page, name="briefing"),
    path("region/organisations/<int:number>/briefing.pdf", briefing.as_pdf, name="briefing-pdf"),
    path("region/organisations/<int:number>/engage/", engagements.new_engagement, name="engage"),
    path("region/engagements/", engagements.engagements, name="engagements"),
    path("region/engagements/<int:number>/", engagements.engagement, name="engagement"),
    path(
        "region/engagements/<int:number>/change/",
        engagements.change_engagement,
        name="change-engagement",
    ),
    path(
        "region/engagements/<int:number>/calendar.ics",
        engagements.calendar_file,
        name="engagement-calendar",
    ),
    path("region/officers/", officers.officers, name="officers"),
    path("region/officers/<int:number>/", officers.officer, name="officer"),
    path("organisation/self-assessment/", assessment.self_assessment, name="self-assessment"),
    path(
        "organisation/self-assessment/answers/",
        assessment.assess_controls,
        name="assess-controls",
    ),
]
