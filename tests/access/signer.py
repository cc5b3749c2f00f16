"""One of several processes that try to sign in at once with a wrong password.

Arguments: the URL, a login, how many tries, the instant. Says when it is ready, waits for a line, prints what came of
each try: refused, or too soon.
"""

import sys
from datetime import datetime

from workflow.access.signing import SignIn, SignInRefused, SignInTooSoon, sign_in
from workflow.store.database import Database

SECRET = b"a secret of the tests"


def attempt(database: Database, asked: SignIn, now: datetime) -> str:
    """Try once and say what came of it."""
    try:
        sign_in(database, SECRET, asked, "plain", now)
    except SignInRefused:
        return "refused"
    except SignInTooSoon:
        return "too soon"
    return "in"


if __name__ == "__main__":
    url, login, tries, instant = sys.argv[1:]
    database = Database(url)
    database.open()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()  # all begin together
    wrong = SignIn(login, "not the password", "192.0.2.7")
    told = [attempt(database, wrong, datetime.fromisoformat(instant)) for _ in range(int(tries))]
    sys.stdout.write(",".join(told) + "\n")
    database.close()
