"""A back end in Python that pays once: what klingkit's client does, by hand and with the standard library alone.

1. The id comes from your own data and is written down before anything is sent.
2. An answer that is lost, cut off or a server's error is no refusal: look the task up before you send again.
3. Where the look-up proves nothing, stop, and let a person look.
"""

import json
import os
import sqlite3
import time
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

API = os.environ.get("KLINGKIT_BASE_URL", "https://api.cometapi.com")
PATH = "/kling/v1/videos/text2video"
# Refused for now, without making a task: too many requests, no free slot, a gateway's HTTP 429.
LATER = (1302, 1303, 429)
# How "there is no such task" is said: by Kling with a number, by CometAPI probably with the word (unverified).
NOT_FOUND = (1203, "task_not_exist")
# Whether "not found" proves that there is no task. Nobody has verified that at CometAPI.
TRUST_LOOKUP = os.environ.get("TRUST_LOOKUP") == "1"
# Last words of a task without a video. Kling says "failed"; gateways have others, in any case.
WITHOUT_VIDEO = {"failed", "fail", "failure", "cancelled", "canceled", "expired"}


class Refused(Exception):
    """The provider says that it made no task."""

    def __init__(self, status, code):
        super().__init__(f"refused: HTTP {status}, code {code}")
        self.code = code


class OutcomeUnknown(Exception):
    """A task may exist and may have been charged. Never send it again by itself."""


def call(path, body=None, timeout=30):
    """The answer's data; None where no such task is found. Raises Refused, or OSError where nobody can tell."""
    headers = {"Authorization": "Bearer " + os.environ["COMETAPI_KEY"], "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    try:
        status, text = fetch(Request(API + path, data, headers), timeout)
    except HTTPException as error:
        raise OSError(f"the answer was cut off: {error!r}") from error
    try:
        answer = json.loads(text)
        code = answer["code"] if "code" in answer else answer["error"]["code"]
    except (ValueError, KeyError, TypeError):
        answer = code = None  # An HTML page, half an answer, or something else that says nothing.
    if status < 300 and code in (0, "success") and isinstance(answer.get("data"), (dict, list)):
        return answer["data"]
    if body is None and code in NOT_FOUND:
        return None
    # Inside HTTP 200 only Kling's own numbers are a refusal. A server's error, 5000 and above or HTTP 500, proves nothing.
    is_server_error = status >= 500 or (isinstance(code, int) and code >= 5000)
    is_kling_number = isinstance(code, int) and code >= 1000
    if code and not is_server_error and (is_kling_number or status >= 400):
        raise Refused(status, code)
    # A gateway that counts requests refuses in front of the provider, in words of its own.
    if status == 429:
        raise Refused(status, status)
    raise OSError(f"HTTP {status}, code {code}")


def fetch(request, timeout):
    """The status and the body, of errors too: a refusal may come with any status."""
    try:
        with urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()


class Videos:
    def __init__(self, file):
        self.db = sqlite3.connect(file, isolation_level=None)
        self.db.execute("create table if not exists videos (id text primary key, task text, state text not null)")

    def submit(self, order, prompt):
        """The task's id. Called twice for one order, it pays once."""
        own_id = f"order-{order}"
        self.db.execute("insert or ignore into videos values (?, null, 'sending')", (own_id,))
        task, state = self.db.execute("select task, state from videos where id = ?", (own_id,)).fetchone()
        if task:
            return task
        if state == "unknown" or not self.is_first(own_id):
            return self.find(own_id)
        body = {"model_name": "kling-v2-6", "prompt": prompt, "external_task_id": own_id}
        for pause in (1, 2, 4, None):
            try:
                return self.keep(own_id, call(PATH, body, timeout=120)["task_id"])
            except Refused as refusal:
                if refusal.code not in LATER or pause is None:
                    self.db.execute("delete from videos where id = ?", (own_id,))
                    raise
                time.sleep(pause)
            except (OSError, KeyError, TypeError):
                self.db.execute("update videos set state = 'unknown' where id = ?", (own_id,))
                return self.find(own_id)

    def is_first(self, own_id):
        """Claims the order; false for every caller but one, also after a crash."""
        done = self.db.execute("update videos set state = 'sent' where id = ? and state = 'sending'", (own_id,))
        return done.rowcount == 1

    def find(self, own_id):
        """The task of an order whose answer was lost."""
        is_absent = False
        for pause in (1, 2, 4, 8, 15):
            try:
                task = call(f"{PATH}/{own_id}")
                is_absent = task is None
            except (OSError, Refused):
                task, is_absent = None, False  # Nothing is proven; look again.
            if task:
                return self.keep(own_id, task["task_id"])
            time.sleep(pause if TRUST_LOOKUP else min(pause, 1))
        if TRUST_LOOKUP and is_absent:
            self.db.execute("delete from videos where id = ?", (own_id,))
            raise LookupError("There is no such task: submit the order again.")
        raise OutcomeUnknown(f"{own_id}: look into the provider's console")

    def keep(self, own_id, task):
        self.db.execute("update videos set task = ?, state = 'accepted' where id = ?", (task, own_id))
        return task

    def wait(self, task, pause=10):
        """The address of the video. A query that fails is repeated; it never ends the wait."""
        for _ in range(180):
            try:
                answer = call(f"{PATH}/{task}")
            except (OSError, Refused):
                answer = None
            status = str(answer["task_status"]).lower() if answer else ""
            if status in ("succeed", "succeeded", "success", "completed"):
                return answer["task_result"]["videos"][0]["url"]
            if status in WITHOUT_VIDEO:
                raise RuntimeError(answer.get("task_status_msg") or f"the task has {status}")
            time.sleep(pause)
        raise TimeoutError(f"{task} is not finished; ask for it later")


if __name__ == "__main__":
    import sys

    videos = Videos(os.environ.get("VIDEOS_DB", "videos.sqlite"))
    order, prompt = sys.argv[1:3]
    pause = float(os.environ.get("POLL_SECONDS", "10"))
    print(videos.wait(videos.submit(order, prompt), pause))
