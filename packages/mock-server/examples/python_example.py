"""A test in another language: the simulator listens (klingkit mock), `/__mock/*` steers it and tells what happened."""

import json
import os
import unittest
from urllib.error import HTTPError
from urllib.request import Request, urlopen

API = os.environ.get("KLINGKIT_BASE_URL", "http://127.0.0.1:4600")


def call(path, body=None):
    headers = {"Authorization": "Bearer anything", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(API + path, data, headers)) as answer:
        return json.load(answer)


class Videos(unittest.TestCase):
    def setUp(self):
        call("/__mock/reset", {})
        call("/__mock/clock", {"freeze": True})

    def test_is_paid_once(self):
        boat = {"model_name": "kling-v3", "prompt": "A boat on a lake"}
        task = call("/kling/v1/videos/text2video", boat)["data"]
        self.assertEqual(task["task_status"], "submitted")
        call("/__mock/clock", {"advance": 60_000})
        task = call("/kling/v1/videos/text2video/" + task["task_id"])["data"]
        self.assertEqual(task["task_status"], "succeed")
        ledger = call("/__mock/ledger")
        self.assertEqual(len(ledger["charges"]), 1)
        self.assertEqual(ledger["duplicates"], 0)

    def test_meets_a_full_account(self):
        call("/__mock/rules", {"prefer": "code=1303", "times": 1})
        with self.assertRaises(HTTPError) as refused:
            call("/kling/v1/videos/text2video", {"model_name": "kling-v3", "prompt": "A boat"})
        self.assertEqual(refused.exception.code, 429)
        self.assertEqual(json.load(refused.exception)["code"], 1303)


if __name__ == "__main__":
    unittest.main()
