"""Every job in one readable list, and the worker that does them.

    queue       job                        when
    feeds       tocsin.threats.fetch       every minute: the sources whose schedule calls for it
    feeds       tocsin.threats.sweep       every 10 minutes: what a stopped run left behind
    feeds       tocsin.threats.standing    every 10 minutes: each organisation's threats, counted
    feeds       tocsin.threats.retry       when an analyst has refused input read again
    feeds       tocsin.threats.tidy        at 03:17: files that no report owns, old sealed copies
    feeds       tocsin.threats.late        at 37 of every hour: feeds that stopped delivering
    feeds       tocsin.threats.fix_times   at 04:31: how long threats stood until they were gone
    feeds       tocsin.answers.dismissals  at 07 of every hour: dismissed threats whose time is over
    feeds       tocsin.answers.nobodys     at 23 of every hour: threats of nobody's, by network
    feeds       tocsin.answers.attribute   when an analyst has given a network to an organisation
    alerts      tocsin.alerts.compose      every 15 minutes: digests that are due, urgent alerts
    deliveries  tocsin.alerts.deliver      when an alert is composed, and every 5 minutes
    alerts      tocsin.alerts.read         every 5 minutes: mails that came back, and replies
    feeds       tocsin.campaigns.take      when a campaign is confirmed
    feeds       tocsin.campaigns.tidy      at 03:29: campaigns whose time is over, old drafts
    default     tocsin.access.send_sign_in_link  when somebody asks for a link
    default     tocsin.access.tell_of_change  when somebody's password or second factor changes
    default     tocsin.access.tidy         at 03:43: old sessions, links, counts of attempts
    default     tocsin.access.send_invitation  when somebody is invited
    default     tocsin.access.dormant      at 06:13: people who stay away are told, then closed
    default     tocsin.access.tell_owners  when a contact of theirs is wrong or does not answer
    default     tocsin.access.tell_analysts  once a day, if contacts did not answer
    default     tocsin.constituency.send_application_link  when an operator applies
    default     tocsin.constituency.ask_for_proofs  when the applicant's address is confirmed
    default     tocsin.constituency.ask_again  at 04:41: registries that could not be asked
    default     tocsin.constituency.check_dns  every hour: TXT records of claims that wait
    default     tocsin.constituency.look_into_dns  when an applicant has made a TXT record
    default     tocsin.constituency.tell_decision  when an analyst has decided
    default     tocsin.constituency.ask_contact  when a contact is new
    default     tocsin.constituency.contacts  at 05:53: contacts to ask, remind, mark
    default     tocsin.constituency.tidy   at 03:49: applications and contacts nobody confirmed
    webhooks    tocsin.webhooks.deliver    when something happened, and every minute
    webhooks    tocsin.webhooks.tidy       at 03:51: events that can no longer be replayed
    default     tocsin.webhooks.tell       when a webhook was switched off
    default     tocsin.notices.at_once     every 5 minutes: mails to who wants to hear at once
    default     tocsin.notices.daily       at 07:10: mails to who wants one a day
    default     tocsin.notices.mail        one person's mail, put into the queue by these two
    default     tocsin.notices.tidy        at 03:57: notices that are kept no longer
    default     tocsin.measurement.count   at 02:23: the months' figures for oversight
    default     tocsin.outreach.score      at 05:23 and 11:23: what visits would change, by region
    default     tocsin.retry_stalled       every minute: jobs of a worker that died

A room's own `jobs.py` says what its jobs do.
"""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from tocsin.access import jobs as access_jobs
from tocsin.alerts import jobs as alerts_jobs
from tocsin.answers import jobs as answers_jobs
from tocsin.campaigns import jobs as campaigns_jobs
from tocsin.constituency import jobs as constituency_jobs
from tocsin.measurement import jobs as measurement_jobs
from tocsin.notices import jobs as notices_jobs
from tocsin.outreach import jobs as outreach_jobs
from tocsin.threats import jobs as threats_jobs
from tocsin.webhooks import jobs as webhooks_jobs
from tocsin.worker import work_until_stopped

__all__ = [
    "access_jobs",
    "alerts_jobs",
    "answers_jobs",
    "campaigns_jobs",
    "constituency_jobs",
    "measurement_jobs",
    "notices_jobs",
    "outreach_jobs",
    "retry_stalled",
    "threats_jobs",
    "webhooks_jobs",
    "work",
]


@app.periodic(cron="* * * * *")
@app.task(name="tocsin.retry_stalled", pass_context=True, queueing_lock="tocsin.retry_stalled")
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Do again what a worker was doing when it was killed: every job can run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


def work(*, wait: bool, concurrency: int) -> None:
    """Do jobs as they come until stopped; without `wait` only those that are there."""
    worker_connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(worker_connector) as worker_app:
        if wait:
            work_until_stopped(worker_app, concurrency)
        else:
            worker_app.run_worker(
                wait=False, concurrency=concurrency, delete_jobs="successful", name="tocsin"
            )
