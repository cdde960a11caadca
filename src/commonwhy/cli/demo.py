from __future__ import annotations

import argparse
import os

from commonwhy.cli import application


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--serve", action="store_true", help="then start the web server and a worker")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="default: 8000")


def run(arguments: argparse.Namespace) -> int:
    address = f"http://{arguments.host}:{arguments.port}"
    os.environ.setdefault("COMMONWHY_BASE_URL", address)
    application.set_up()
    application.migrate()
    from commonwhy.site.demo.load import is_loaded, load_demo

    if is_loaded():
        print("Alder Creek is here already; what was entered is kept.")
    else:
        print("Loading Alder Creek, an invented district:", flush=True)
        load_demo(lambda line: print(f"  {line} ...", flush=True))
    if not arguments.serve:
        _announce(address)
        return 0
    from commonwhy.cli.serve import serve

    return serve(host=arguments.host, port=arguments.port, workers=1, announce=_announce)


def _announce(address: str) -> None:
    """Where to look around, and as whom. The links sign in once each."""
    from commonwhy.accounts import signin_links
    from commonwhy.site.demo.load import SLUG, accounts

    print(f"\nAlder Creek is at {address}")
    print(f"Its vision, as anyone reads it: {address}/v/{SLUG}/\n")
    for title, account in accounts().items():
        print(f"Sign in as the {title}, {account.name}:\n  {signin_links.make(account)}")
    print(flush=True)
