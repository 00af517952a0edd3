"""Mails as they come to our mailbox, in the forms of the programs that write them."""


def dsn(
    action: str, original: str, to: str = "tocsin@authority.example", status: str = "5.1.1"
) -> bytes:
    return f"""From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your message.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; abuse@nordwind-hosting.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such
  user here

--b
Content-Type: text/rfc822-headers

Subject: [TOCSIN-2026-000001] TLP:AMBER
{original}

--b--
""".replace("\n", "\r\n").encode()


def letter(headers: str, body: str = "Hello.") -> bytes:
    return f"{headers.strip()}\n\n{body}\n".replace("\n", "\r\n").encode()


EXIM = """
From: Mail Delivery System <Mailer-Daemon@relay.example>
To: bounces@cert.example
Subject: Mail delivery failed: returning message to sender
Auto-Submitted: auto-replied
X-Failed-Recipients: abuse@nordwind-hosting.example
"""
QMAIL = """
From: MAILER-DAEMON@old.example
To: bounces@cert.example
Subject: failure notice
"""
QMAIL_BODY = """Hi. This is the qmail-send program at old.example.

<abuse@nordwind-hosting.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 no mailbox by that name
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

Message-ID: {message_id}
"""
EXCHANGE_AWAY = """
From: Jo Example <abuse@nordwind-hosting.example>
To: {to}
Subject: Automatic reply: [TOCSIN-2026-000001] TLP:AMBER 1 threat in your networks
In-Reply-To: {message_id}
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
"""
GMAIL_AWAY = """
Return-Path: <>
From: Jo Example <abuse@nordwind-hosting.example>
To: {to}
Subject: On holiday until Monday Re: [TOCSIN-2026-000001]
Precedence: bulk
X-Autoreply: yes
Auto-Submitted: auto-replied
"""
READ_RECEIPT = """
From: abuse@nordwind-hosting.example
To: {to}
Subject: Read: [TOCSIN-2026-000001]
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"
References: {message_id}
"""
ANSWER = """
From: =?utf-8?q?J=C3=B6_Example?= <abuse@nordwind-hosting.example>
To: answers@cert.example
Subject: =?utf-8?q?AW=3A_=5BTOCSIN-2026-000001=5D_erledigt?=
In-Reply-To: {message_id}
"""
TICKET_SYSTEM = """
From: Abuse Desk <abuse@nordwind-hosting.example>
To: answers@cert.example
Subject: [#4711] [TOCSIN-2026-000001] done
Auto-Submitted: auto-generated
Content-Type: multipart/mixed; boundary="b"
"""
OUR_FILE = """--b
Content-Type: text/csv; name="TOCSIN-2026-000001.csv"
Content-Disposition: attachment; filename="TOCSIN-2026-000001.csv"

threat_id,status
1,fixed

--b--
"""
