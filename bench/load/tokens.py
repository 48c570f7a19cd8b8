"""The tokens of a run: who holds them, and the records of them in PostgreSQL and Redis."""

import dataclasses
import datetime
import hashlib
import secrets
import uuid

HOURS = 24
USERS = 1000


@dataclasses.dataclass(frozen=True)
class Token:
    text: str
    user_id: str
    token_id: str

    @property
    def hash(self):
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def key(self):
        return f"active_token:{self.hash}"


def make_users(count=USERS):
    return [str(uuid.uuid4()) for _ in range(count)]


def make_tokens(users, count):
    return [Token(secrets.token_urlsafe(48), users[index % len(users)], str(uuid.uuid4()))
            for index in range(count)]


def users_sql(users):
    rows = "".join(f"{user}\t{user}@example.org\t{user}\t!\n" for user in users)
    return f"COPY users (id, email, username, hashed_password) FROM stdin;\n{rows}\\.\n"


def tokens_sql(tokens, activated):
    """Activated already, as tokens in use are."""
    rows = "".join(f"{token.token_id}\t{token.user_id}\t\\\\x{token.hash}\t\\\\x00\t{HOURS}\t18.00\t"
                   f"{activated.isoformat()}\n" for token in tokens)
    return ("COPY access_tokens (id, user_id, token_hash, token_sealed, duration_hours, price_paid,"
            f" activated_at) FROM stdin;\n{rows}\\.\n")


def redis_commands(tokens, activated):
    """As the service writes them."""
    expires = activated + datetime.timedelta(hours=HOURS)
    text = expires.strftime("%Y-%m-%dT%H:%M:%SZ")
    at = int(expires.timestamp())
    return "".join(
        f'SET {token.key} \'{{"user_id":"{token.user_id}","token_id":"{token.token_id}",'
        f'"expires_at":"{text}","duration_hours":{HOURS}}}\' EXAT {at}\n' for token in tokens)


def delete_commands(tokens):
    return "".join(f"UNLINK {token.key}\n" for token in tokens)


def revoke_commands(tokens):
    """Their tombstones."""
    return "".join(f'SET {token.key} \'{{"revoked":true}}\' EX 60\n' for token in tokens)
