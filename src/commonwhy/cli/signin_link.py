from __future__ import annotations

import argparse
import sys

from commonwhy.cli import application


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", help="the account's e-mail address")
    parser.add_argument(
        "--remove-second-step",
        action="store_true",
        help="for somebody who lost phone and recovery codes; make sure it is they who ask",
    )


def run(arguments: argparse.Namespace) -> int:
    application.set_up()
    from commonwhy.accounts import signin_links
    from commonwhy.accounts.models import User
    from commonwhy.accounts.services import remove_second_step

    user = User.objects.filter(email__iexact=arguments.email, is_active=True).first()
    if user is None:
        print(
            f"commonwhy: no account with the address {arguments.email}; invite it from the district's pages.",
            file=sys.stderr,
        )
        return 1
    if arguments.remove_second_step:
        remove_second_step(account=user, by="commonwhy signin-link")
    print(signin_links.make(user))
    return 0
