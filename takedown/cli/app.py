"""The tree of commands; each lives in a file of its own."""

import typer

from takedown.cli.cases import case, cases
from takedown.cli.doctor import doctor
from takedown.cli.evaluate import evaluate
from takedown.cli.evidence import export, stamp, verify
from takedown.cli.exit_codes import describe_exit_codes
from takedown.cli.explain import explain
from takedown.cli.feed import ct
from takedown.cli.rescore import rescore
from takedown.cli.review import assign, blind, judge, merge, related, release, split, take, undo
from takedown.cli.seeds import check
from takedown.cli.settings import settings
from takedown.cli.sweep import sweep
from takedown.cli.text import text
from takedown.cli.triage import triage
from takedown.cli.users import add, change, list_users

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
app.command()(text)
app.command()(triage)
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

feed_app = typer.Typer(no_args_is_help=True, help="New names from where they are published first.")
feed_app.callback()(lambda: None)  # one command so far, and yet a word of its own
feed_app.command()(ct)
app.add_typer(feed_app, name="feed")

review_app = typer.Typer(no_args_is_help=True, help="Judge cases: take, verdict, undo, merge, split.")
for command in (take, judge, release, assign, blind, undo, merge, split, related):
    review_app.command()(command)
app.add_typer(review_app, name="review")

users_app = typer.Typer(no_args_is_help=True, help="The people of the desk and what they may do.")
users_app.command("list")(list_users)
users_app.command()(add)
users_app.command()(change)
app.add_typer(users_app, name="users")
