"""An analysis as mail: the figures on paper, a way to the page, and a way to have no more of them."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from terrier.office.analysis.models import Delivery
from terrier.office.analysis.on_paper import write_pdf
from terrier.office.analysis.showing import said
from terrier.office.analysis.table import Table
from terrier.office.people.models import Person

SALT = "terrier.office.analysis.delivery"


def send(delivery: Delivery, person: Person, table: Table) -> None:
    """Hand one over to the mail server. Raises what the server raises."""
    analysis = delivery.analysis
    stop = urljoin(settings.SITE_URL, reverse("analysis:unsubscribe", args=[token_of(delivery)]))
    link = urljoin(settings.SITE_URL, reverse("analysis:open", args=[analysis.pk]))
    told = {"person": person, "analysis": analysis, "said": said(table), "link": link, "stop": stop}
    button = {"action_url": link, "action_label": _("Open it in Terrier")}
    mail = EmailMultiAlternatives(
        subject=f"{analysis.name} · {table.choice.days}",
        body=render_to_string("analysis/mail/delivery.txt", told),
        to=[person.email],
        headers={
            "Message-ID": _message_id(delivery),
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(render_to_string("analysis/mail/delivery.html", {**told, **button}), "text/html")
    paper = BytesIO()
    write_pdf(analysis.name, table, person.name, paper)
    mail.attach(f"{slugify(analysis.name) or 'analysis'}.pdf", paper.getvalue(), "application/pdf")
    mail.send()


def _message_id(delivery: Delivery) -> str:
    """The same whenever the same one is sent: mail servers and programs that get it again know it."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<analysis-{delivery.pk}-{delivery.next_at:%Y%m%d%H%M%S}@{host}>"


def token_of(delivery: Delivery) -> str:
    """Lets its holder stop one delivery, and nothing else; it does not expire as long as that goes on."""
    return signing.dumps([delivery.pk, delivery.person_id], salt=SALT, compress=False)


def delivery_of(token: str) -> Delivery | None:
    """None where the token is none, or the delivery has been stopped."""
    try:
        pk, person = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Delivery.objects.select_related("analysis", "person").filter(pk=pk, person=person).first()
