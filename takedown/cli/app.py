"""The tree of commands; each lives in a file of its own."""

import typer

from takedown.cli import (
    appeals,
    contact_decisions,
    notices,
    outbox,
    record_keeping,
    record_letters,
    record_mails,
    records,
    replies,
    tokens,
)
from takedown.cli.brands import learn, list_brands
from takedown.cli.cases import case, cases
from takedown.cli.contacts import contacts
from takedown.cli.doctor import doctor
from takedown.cli.evaluate import evaluate
from takedown.cli.evidence import export, stamp, verify
from takedown.cli.exit_codes import describe_exit_codes
from takedown.cli.explain import explain
from takedown.cli.feed import ct
from takedown.cli.rescore import rescore
from takedown.cli.review import assign, blind, judge, merge, move, related, release, split, take, undo
from takedown.cli.rules import rules
from takedown.cli.search import rebuild
from takedown.cli.seeds import check
from takedown.cli.serve import serve
from takedown.cli.settings import settings
from takedown.cli.stats import stats
from takedown.cli.sweep import sweep
from takedown.cli.text import text
from takedown.cli.train import train
from takedown.cli.triage import triage
from takedown.cli.user_links import link, links, unlink
from takedown.cli.users import add, change, confirm, list_users
from takedown.cli.verify import verify_pages
from takedown.cli.whois import DomainFirst, bootstrap, due, history, look, record
from takedown.cli.whois_erase import answer, erase

app = typer.Typer(
    name="lachan",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Tìm trang lừa đảo nhắm vào người Việt Nam, niêm phong chứng cứ, giải thích điểm số, lập hàng chờ xét duyệt. "
    "Finds fraudulent sites aimed at people in Vietnam, seals what was seen, explains the score, queues the case.",
    epilog=describe_exit_codes(),
)
app.command()(sweep)
app.command()(cases)
app.command()(case)
app.command()(explain)
app.command()(rescore)
app.command()(evaluate)
app.command()(rules)
app.command()(train)
app.command()(text)
app.command()(triage)
app.command("verify")(verify_pages)
app.command()(serve)
app.command()(stats)
app.command()(doctor)
app.command()(settings)

evidence_app = typer.Typer(no_args_is_help=True, help="Check, export and time-stamp sealed evidence.")
evidence_app.command()(verify)
evidence_app.command()(export)
evidence_app.command()(stamp)
app.add_typer(evidence_app, name="evidence")

seeds_app = typer.Typer(no_args_is_help=True, help="Check where to look and whom never to report.")
seeds_app.command()(check)
app.add_typer(seeds_app, name="seeds")

brands_app = typer.Typer(no_args_is_help=True, help="What the protected brands' logos look like.")
brands_app.command()(learn)
brands_app.command("list")(list_brands)
app.add_typer(brands_app, name="brands")

search_app = typer.Typer(no_args_is_help=True, help="What cases are found by.")
search_app.callback()(lambda: None)  # one command so far, and yet a word of its own
search_app.command()(rebuild)
app.add_typer(search_app, name="search")

feed_app = typer.Typer(no_args_is_help=True, help="New names from where they are published first.")
feed_app.callback()(lambda: None)  # one command so far, and yet a word of its own
feed_app.command()(ct)
app.add_typer(feed_app, name="feed")

review_app = typer.Typer(no_args_is_help=True, help="Judge cases: take, verdict, undo, merge, split.")
for command in (take, judge, release, assign, blind, undo, move, merge, split, related):
    review_app.command()(command)
app.add_typer(review_app, name="review")

users_app = typer.Typer(no_args_is_help=True, help="The people of the desk and what they may do.")
users_app.command("list")(list_users)
users_app.command()(add)
users_app.command()(change)
users_app.command()(confirm)
users_app.command()(link)
users_app.command()(unlink)
users_app.command()(links)
app.add_typer(users_app, name="users")

tokens_app = typer.Typer(no_args_is_help=True, help="Keys of programs that work through the API.")
tokens_app.command()(tokens.new)
tokens_app.command("list")(tokens.list_tokens)
tokens_app.command()(tokens.revoke)
app.add_typer(tokens_app, name="tokens")

notices_app = typer.Typer(no_args_is_help=True, help="Whom to tell, drafts, release by a second person, reminders.")
notices_app.command("list")(notices.list_notices)
notices_app.command()(notices.plan)
notices_app.command()(notices.draft)
notices_app.command()(notices.show)
notices_app.command()(notices.release)
notices_app.command()(notices.cancel)
notices_app.command()(notices.sent)
notices_app.command()(notices.remind)
notices_app.command()(notices.escalate)
app.add_typer(notices_app, name="notices")

outbox_app = typer.Typer(no_args_is_help=True, help="Mails that leave once, and the answers.")
outbox_app.command()(outbox.send)
outbox_app.command("list")(outbox.list_mails)
outbox_app.command()(outbox.settle)
outbox_app.command()(outbox.replies)
app.add_typer(outbox_app, name="outbox")
replies_app = typer.Typer(no_args_is_help=True, help="Answers that cite no code: attached by a person, or dismissed.")
replies_app.command("list")(replies.list_replies)
replies_app.command()(replies.show)
replies_app.command()(replies.attach)
replies_app.command()(replies.dismiss)
app.add_typer(replies_app, name="replies")

appeals_app = typer.Typer(no_args_is_help=True, help="Objections of owners.")
appeals_app.command("list")(appeals.list_appeals)
appeals_app.command()(appeals.receive)
appeals_app.command()(appeals.status)
appeals_app.command()(appeals.decide)
app.add_typer(appeals_app, name="appeals")

withdrawals_app = typer.Typer(no_args_is_help=True, help="Taking back what was said, with proof.")
withdrawals_app.command("list")(appeals.list_withdrawals)
withdrawals_app.command()(appeals.order)
withdrawals_app.command()(appeals.prove)
app.add_typer(withdrawals_app, name="withdrawals")

records_app = typer.Typer(
    no_args_is_help=True, help="Who stands behind a domain: requests of the police, and their answers."
)
records_app.command("list")(records.list_records)
records_app.command()(records.new)
records_app.command()(records.accept)
records_app.command()(records.refuse)
records_app.command()(records.close)
records_app.command()(records.show)
records_app.command()(records.overdue)
records_app.command()(record_letters.ask)
records_app.command()(record_letters.sent)
records_app.command()(record_letters.remind)
records_app.command()(record_letters.answer)
records_app.command()(record_mails.mails)
records_app.command()(record_mails.mail)
records_app.command("accept-mail")(record_mails.accept_mail)
records_app.command("dismiss-mail")(record_mails.dismiss_mail)
records_app.command()(record_letters.export)
records_app.command()(record_letters.fetch)
records_app.command()(record_keeping.erase)
records_app.command("who-saw")(record_keeping.who_saw)
records_app.command("new-key")(record_keeping.new_key)
records_app.command("seal-names")(record_keeping.seal_names)
records_app.command("rotate-key")(record_keeping.rotate_key)
app.add_typer(records_app, name="records")

whois_app = typer.Typer(
    cls=DomainFirst, no_args_is_help=True, help="Whose domain it is: `lachan whois shop.example`, or one of these."
)
whois_app.command()(look)
whois_app.command()(record)
whois_app.command()(history)
whois_app.command()(due)
whois_app.command()(answer)
whois_app.command()(erase)
whois_app.command()(bootstrap)
app.add_typer(whois_app, name="whois")

contacts_app = typer.Typer(
    cls=DomainFirst, no_args_is_help=True, help="Who can act on a site: `lachan contacts URL`, or one of these."
)
contacts_app.command("look")(contacts)
contacts_app.command("list")(contact_decisions.list_contacts)
contacts_app.command()(contact_decisions.confirm)
contacts_app.command()(contact_decisions.reject)
contacts_app.command()(contact_decisions.quarantine)
app.add_typer(contacts_app, name="contacts")
