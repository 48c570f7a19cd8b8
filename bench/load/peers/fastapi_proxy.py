"""A proxy as people write it with FastAPI, httpx and redis."""

import datetime
import hashlib
import json
import os

import httpx
import redis.asyncio
from fastapi import FastAPI, HTTPException, Request
from starlette.background import BackgroundTask
from starlette.responses import StreamingResponse

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "host"}
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

app = FastAPI()
cache = redis.asyncio.Redis(host="127.0.0.1", port=int(os.environ["REDIS_PORT"]))
# Without a limit: an answer whose client leaves while it is streamed is never closed, and keeps its connection.
client = httpx.AsyncClient(base_url=os.environ["TARGET_URL"], limits=httpx.Limits(max_connections=None))


async def grant_of(request):
    token = request.headers.get("x-access-token")
    if not token:
        raise HTTPException(401, "Access token required")
    record = await cache.get("active_token:" + hashlib.sha256(token.encode()).hexdigest())
    grant = json.loads(record) if record else {"revoked": True}
    now = datetime.datetime.now(datetime.timezone.utc)
    if grant.get("revoked") or datetime.datetime.fromisoformat(grant["expires_at"]) <= now:
        raise HTTPException(401, "Invalid or expired access token")
    return grant


@app.api_route("/{path:path}", methods=METHODS)
async def proxy(path: str, request: Request):
    grant = await grant_of(request)
    headers = {name: value for name, value in request.headers.items()
               if name not in HOP_BY_HOP and name != "x-access-token"}
    headers["x-user-id"] = grant["user_id"]
    headers["x-token-id"] = grant["token_id"]
    body = request.stream() if "content-length" in headers else None
    question = client.build_request(request.method, "/" + path, params=request.query_params,
                                    headers=headers, content=body)
    answer = await client.send(question, stream=True)
    kept = {name: value for name, value in answer.headers.items() if name not in HOP_BY_HOP}
    return StreamingResponse(answer.aiter_raw(), answer.status_code, kept,
                             background=BackgroundTask(answer.aclose))
