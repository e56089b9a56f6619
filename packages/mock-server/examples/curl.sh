# A simulator on a port: klingkit mock
api="${KLINGKIT_BASE_URL:-http://127.0.0.1:4600}"
json="Content-Type: application/json"

# The answer to the create is lost, after the task was created.
curl -s "$api/__mock/rules" -H "$json" -d '{"prefer": "fault=reset-after-accept", "times": 1}'
curl -s "$api/kling/v1/videos/text2video" -H "Authorization: Bearer anything" -H "$json" \
  -d '{"model_name": "kling-v3", "prompt": "A boat on a lake", "external_task_id": "shot-1"}' || echo "no answer"

# The task exists nevertheless. A minute later it has succeeded.
curl -s "$api/__mock/clock" -H "$json" -d '{"advance": 60000}'
curl -s "$api/kling/v1/videos/text2video/shot-1" -H "Authorization: Bearer anything"
curl -s "$api/__mock/ledger"
