"""What a contender must show before it is measured: it refuses a bad token, and says who a good one is."""

import http.client
import secrets

from processes import Problem
from stack import BODY

FORGED = "99999999-9999-4999-8999-999999999999"


def ask(port, path, token=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"X-User-Id": FORGED} if token is None else {"X-User-Id": FORGED, "X-Access-Token": token}
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException) as problem:
        return 0, str(problem)
    finally:
        connection.close()


def expect(contender, what, got, wanted):
    if got != wanted:
        raise Problem(f"{contender.name}: {what} is answered {got}, not {wanted}")


def prove(contender, port, good):
    """A Problem unless all of it holds. `good` are tokens whose look-up has the contender's own cost."""
    if not contender.checks:
        expect(contender, "a request", ask(port, "/"), (200, "x" * BODY))
        return
    expect(contender, "a request without a token", ask(port, "/")[0], 401)
    for bad in (secrets.token_urlsafe(48), good[0].text[:-1] + ("A" if good[0].text[-1] != "A" else "B")):
        # The second time from whatever remembers.
        for _ in range(2):
            expect(contender, "a bad token", ask(port, "/", bad)[0], 401)
    for token in good:
        for _ in range(2):
            who = f"{token.user_id} {token.token_id}"
            expect(contender, "who has a good token", ask(port, "/whoami", token.text), (200, who))
    expect(contender, "a good token", ask(port, "/", good[0].text), (200, "x" * BODY))


def samples(known):
    step = max(1, len(known) // 5)
    return known[::step][:5]
