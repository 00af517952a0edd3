"""What happens here that others tell people of.  They are told within the transaction.

This room comes before those that listen, so it says only that something happened.
"""

from django.dispatch import Signal

# contacts: pairs of contact's and organisation's number; why: wrong, silent; now
contacts_doubted = Signal()
# application: the one whose applicant has confirmed the address, or is a member's; now
application_came = Signal()
# application, approved, declined: how many claims; now
claims_decided = Signal()
